package dev.runnel.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.runnel.testkit.Layers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/** Which package of the command may know which. The table is the design, as the server's is. */
class CommandLayerTest {
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            entry("cli", List.of("cli..", "client", "model", "server.base", "server.store")),
            entry("cli.rehearsal", List.of("cli", "cli.base", "client", "protocol..")),
            entry("cli.serve", List.of(
                    "cli.servers", "cli.terminal", "cli.base", "server..", "demo", "model", "client",
                    "client.transport", "protocol..")),
            entry("cli.doctor", List.of(
                    "cli.servers", "cli.terminal", "cli.text", "cli.base", "server.options", "server.base", "demo",
                    "model",
                    "client", "client.transport", "protocol..")),
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
                    "cli.terminal", "cli.base", "server", "server.options", "server.model", "demo", "model", "client",
                    "client.transport",
                    "protocol..")),
            entry("cli.help", List.of("cli.terminal", "cli.text")),
            entry("cli.terminal", List.of("cli.text", "cli.base")),
            entry("cli.base", List.of(
                    "cli.text", "server.options", "server.base", "server.http.openapi", "protocol.json")),
            entry("cli.text", List.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.runnel.cli");

    /** The same thing twice: the request that our client writes and the one that the server reads, and the same role in either API. */
    private static final Set<String> TWICE = Set.of("ResponseRequest", "ConversationRoutes");

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

    @Test
    void aSimpleNameStandsForOneThing() throws IOException {
        Map<String, List<Path>> files = new TreeMap<>();
        for (String module : List.of("protocol", "client", "model", "demo", "server", "cli")) {
            try (Stream<Path> sources = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                sources.filter(file -> file.toString().endsWith(".java") && !file.toString().endsWith("-info.java"))
                        .forEach(file -> files.computeIfAbsent(name(file), name -> new ArrayList<>()).add(file));
            }
        }
        assertThat(files).hasSizeGreaterThan(500);
        files.keySet().removeAll(TWICE);
        files.values().removeIf(each -> each.size() == 1);
        assertThat(files).isEmpty();
    }

    private static String name(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }
}
