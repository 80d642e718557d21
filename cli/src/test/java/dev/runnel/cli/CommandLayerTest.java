package dev.runnel.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.runnel.testkit.Layers;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;

/** Which package of the command may know which. The table is the design, as the server's is. */
class CommandLayerTest {
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            entry("cli", List.of("cli..", "client", "model", "server.base", "server.store")),
            entry("cli.serve", List.of(
                    "cli.servers", "cli.terminal", "cli.base", "server..", "demo", "model", "client..", "protocol..")),
            entry("cli.doctor", List.of(
                    "cli.servers", "cli.terminal", "cli.text", "cli.base", "server.options", "server.base", "demo",
                    "model",
                    "client..", "protocol..")),
            entry("cli.ask", List.of(
                    "cli.objects", "cli.reply", "cli.servers", "cli.terminal", "cli.base", "server.options",
                    "server.base",
                    "client", "protocol..")),
            entry("cli.objects", List.of(
                    "cli.reply", "cli.servers", "cli.terminal", "cli.text", "cli.base", "server.options", "demo",
                    "client",
                    "protocol..")),
            entry("cli.transfer", List.of(
                    "cli.terminal", "cli.base", "server.engine.transfer", "server.options", "server.base")),
            entry("cli.reply", List.of("cli.terminal", "cli.text", "cli.base", "client", "protocol..")),
            entry("cli.servers", List.of(
                    "cli.terminal", "cli.base", "server", "server.options", "server.model", "demo", "model", "client..",
                    "protocol..")),
            entry("cli.help", List.of("cli.terminal", "cli.text")),
            entry("cli.terminal", List.of("cli.text", "cli.base")),
            entry("cli.base", List.of(
                    "cli.text", "server.options", "server.base", "server.http.openapi", "protocol.json")),
            entry("cli.text", List.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.runnel.cli");

    private static final Layers LAYERS = new Layers("cli", MAY_USE, CLASSES);

    private static Stream<String> packages() {
        return LAYERS.packages();
    }

    @Test
    void theTableHasAllParts() {
        LAYERS.checkLines();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyThoseItMay(String name) {
        LAYERS.checkUses(name);
    }

    @Test
    void packagesHaveNoCircles() {
        LAYERS.checkCirclesOfPackages();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void theClassesOfAPackageHaveNoCircles(String name) {
        LAYERS.checkCirclesOfFiles(name);
    }

    /** Only what is in {@code terminal} writes, so that no control character of a server gets to a person's terminal. */
    @Test
    void onlyTheTerminalWritesToIt() {
        noClasses().that().resideOutsideOfPackage("dev.runnel.cli.terminal")
                .should().accessField(System.class, "out")
                .orShould().accessField(System.class, "err")
                .check(CLASSES);
    }
}
