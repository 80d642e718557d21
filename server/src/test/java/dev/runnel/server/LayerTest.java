package dev.runnel.server;

import com.tngtech.archunit.base.DescribedPredicate;
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

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;

/** Which package may know which. The table is the design; a class that needs another line is in the wrong place, or the design is. */
class LayerTest {
    private static final String PROTOCOL = "dev.runnel.protocol..";
    private static final String CLIENT = "dev.runnel.client..";

    /**
     * The packages below {@code dev.runnel}, each with the other ones that it may use. Two dots stand for all packages below one too. A
     * package without a line has that of the nearest one above it.
     */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            entry("server", List.of("server..", "model", "client.transport")),
            entry("server.http", List.of(
                    "server.http..", "server.edge", "server.engine..", "server.metrics", "server.options",
                    "server.projects", "server.model", "model",
                    "server.base", "protocol..")),
            entry("server.http.assistants", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi", "server.edge",
                    "server.engine..", "server.metrics", "server.log", "server.base", "protocol..")),
            entry("server.http.responses", List.of(
                    "server.http.responses..", "server.http.exchange", "server.http.fields", "server.http.openapi",
                    "server.engine..", "server.metrics", "server.log", "server.store.rows", "protocol..")),
            entry("server.http.responses.events", List.of(
                    "server.http.responses.items", "server.http.exchange", "server.edge", "server.engine.turns",
                    "server.metrics", "server.log", "server.store.rows", "protocol..")),
            entry("server.http.responses.requests", List.of(
                    "server.http.responses.items", "server.http.fields", "server.engine.turns", "server.store.rows",
                    "protocol..")),
            entry("server.http.responses.items", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi", "server.engine..",
                    "server.store.rows", "server.base", "protocol..")),
            entry("server.metrics", List.of("server.engine.runs", "server.observed", "protocol..")),
            entry("server.traces", List.of("server.engine.runs", "server.observed")),
            entry("server.traces.otlp", List.of(
                    "server.traces", "server.engine.runs", "server.observed", "server.base", "protocol..")),
            entry("server.observed", List.of("server.model", "model", "server.base", "protocol..")),
            entry("server.http.chat", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi", "server.edge",
                    "server.engine.projects", "model", "server.base", "protocol..")),
            entry("server.http.projects", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi",
                    "server.engine.projects", "server.store.rows", "server.base", "protocol..")),
            entry("server.http.files", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi", "server.edge",
                    "server.engine..", "server.base", "protocol..")),
            entry("server.http.embeddings", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi", "server.engine..", "model",
                    "server.base", "protocol..")),
            entry("server.http.vectorstores", List.of(
                    "server.http.exchange", "server.http.fields", "server.http.openapi", "server.engine..",
                    "server.search", "server.base", "protocol..")),
            entry("server.http.page", List.of("server.edge")),
            entry("server.http.exchange", List.of(
                    "server.http.fields", "server.http.openapi", "server.edge", "server.engine..", "server.projects",
                    "server.base", "client.transport", "protocol..")),
            entry("server.http.fields", List.of("protocol..")),
            entry("server.http.openapi", List.of("protocol..")),
            entry("server.edge", List.of()),
            entry("server.edge.wire", List.of("server.edge", "server.time")),
            entry("server.edge.http1", List.of("server.edge", "server.edge.wire", "server.time")),
            entry("server.edge.http2", List.of(
                    "server.edge", "server.edge.wire", "server.edge.http2.hpack", "server.time")),
            entry("server.edge.http2.hpack", List.of()),
            entry("server.edge.listen", List.of(
                    "server.edge", "server.edge.wire", "server.edge.http1", "server.edge.http2", "server.time",
                    "client.transport")),
            entry("server.engine", List.of(
                    "server.engine..", "server.tool..", "server.backend", "server.search", "server.log",
                    "server.store..", "server.projects", "model",
                    "server.base", "server.time", "protocol..")),
            entry("server.engine.handover", List.of(
                    "server.engine.runs", "server.tool", "server.log", "server.store", "server.store.rows",
                    "server.time", "protocol..")),
            entry("server.projects", List.of("server.base", "protocol..")),
            entry("server.engine.turns", List.of(
                    "server.engine.conversations", "server.engine.files", "server.engine.vectorstores",
                    "server.engine.requests", "server.tool", "server.store", "server.store.rows", "server.base",
                    "protocol..")),
            entry("server.engine.vectorstores", List.of(
                    "server.engine..", "server.search", "server.search.chunk", "server.backend", "server.store..",
                    "model", "server.base", "server.time", "protocol..")),
            entry("server.tool", List.of("server.log", "server.base", "protocol..")),
            entry("server.tool.codeinterpreter", List.of(
                    "server.tool", "server.sandbox", "server.base", "protocol..")),
            entry("server.sandbox", List.of("server.time", "protocol..")),
            entry("server.sandbox.remote", List.of(
                    "server.sandbox", "server.edge", "server.edge.listen", "server.base", "server.time",
                    "client.transport", "protocol..")),
            entry("server.tool.filesearch", List.of("server.tool", "server.base", "protocol..")),
            entry("server.backend", List.of("server.log", "server.store..", "server.base", "server.time")),
            entry("server.log", List.of("server.store..", "server.base", "server.time", "protocol..")),
            entry("server.store", List.of("server.store..", "server.base", "server.time", "protocol..")),
            entry("server.model", List.of(
                    "model", "server.search", "server.base", "client", "client.transport", "protocol..")),
            entry("server.routing", List.of("server.model", "model", "server.base", "client", "protocol..")),
            entry("server.config", List.of(
                    "server.options", "server.routing", "server.projects", "server.model", "server.base", "client",
                    "client.transport",
                    "protocol..")),
            entry("server.search", List.of("protocol..")),
            entry("server.search.chunk", List.of("server.search", "server.base", "protocol..")),
            entry("server.search.parse", List.of("server.search", "server.base", "protocol..")),
            entry("server.search.index", List.of("server.search", "server.base", "protocol..")),
            entry("server.options", List.of(
                    "server.tool.filesearch", "server.sandbox", "server.base", "server.time")),
            entry("server.base", List.of()),
            entry("server.time", List.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.runnel.protocol", "dev.runnel.client", "dev.runnel.model", "dev.runnel.demo",
                    "dev.runnel.server");

    private static final Layers LAYERS = new Layers("server", MAY_USE, CLASSES);

    private static Stream<String> packages() {
        return LAYERS.packages();
    }

    private static Stream<String> serverPackages() {
        return LAYERS.packagesOfModule();
    }

    @Test
    void theTableHasAllParts() {
        LAYERS.checkLines();
    }

    @ParameterizedTest
    @MethodSource("serverPackages")
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

    /** A first build leaves three packages out, with their libraries. */
    @Test
    void theServerIsBuiltWithoutSearchAndTracesToo() {
        String[] leftOut = {"dev.runnel.server.search.parse", "dev.runnel.server.search.index",
            "dev.runnel.server.traces.otlp"};
        noClasses().that().resideOutsideOfPackages(leftOut)
                .should().dependOnClassesThat(resideInAnyPackage(leftOut).or(resideInAnyPackage(
                        "org.apache.lucene..", "org.apache.pdfbox..", "org.jsoup..", "io.opentelemetry..")))
                .check(CLASSES);
    }

    @Test
    void sqlStaysBehindTheEngineAndItsDriversBehindTheStore() {
        noClasses().that()
                .resideOutsideOfPackages(
                        "dev.runnel.server.store..", "dev.runnel.server.log..", "dev.runnel.server.engine..")
                .should().dependOnClassesThat().resideInAnyPackage("java.sql..", "javax.sql..")
                .check(CLASSES);
        noClasses().that().resideOutsideOfPackage("dev.runnel.server.store..")
                .should().dependOnClassesThat().resideInAnyPackage("com.zaxxer..", "org.flywaydb..")
                .check(CLASSES);
        noClasses().that().resideOutsideOfPackage("dev.runnel.server.store.sqlite")
                .should().dependOnClassesThat().resideInAPackage("org.sqlite..")
                .check(CLASSES);
    }

    @Test
    void onlyBackendsKnowWhatIsPostgresqls() {
        noClasses().that().resideOutsideOfPackage("dev.runnel.server.store.postgres")
                .should().dependOnClassesThat().resideInAPackage("org.postgresql..")
                .check(CLASSES);
        noClasses().that()
                .resideOutsideOfPackages("dev.runnel.server.store.postgres", "dev.runnel.server.backend..")
                .should().dependOnClassesThat().resideInAPackage("dev.runnel.server.store.postgres")
                .check(CLASSES);
    }

    @Test
    void onlyBackendsAndTheLogKnowWhatIsSqlites() {
        noClasses().that()
                .resideOutsideOfPackages(
                        "dev.runnel.server.store.sqlite", "dev.runnel.server.backend..", "dev.runnel.server.log..")
                .should().dependOnClassesThat().resideInAPackage("dev.runnel.server.store.sqlite")
                .check(CLASSES);
    }

    @Test
    void theProtocolNeedsOnlyJacksonAndDoesNoInputOrOutput() {
        classes().that().resideInAPackage(PROTOCOL)
                .should().onlyDependOnClassesThat(resideInAnyPackage(
                        PROTOCOL, "java..", "com.fasterxml.jackson..", "org.jspecify.annotations.."))
                .check(CLASSES);
        noClasses().that().resideInAPackage(PROTOCOL)
                .should().dependOnClassesThat(resideInAnyPackage(
                        "java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..", "java.util.concurrent..")
                        .or(DescribedPredicate.describe(
                                "files", type -> type.getName().matches("java\\.io\\.(File|RandomAccess).*"))))
                .check(CLASSES);
    }

    @Test
    void theClientNeedsOnlyTheProtocol() {
        classes().that().resideInAPackage(CLIENT)
                .should().onlyDependOnClassesThat(resideInAnyPackage(
                        CLIENT, PROTOCOL, "java..", "javax.net..", "com.fasterxml.jackson..",
                        "org.jspecify.annotations.."))
                .check(CLASSES);
    }

    @Test
    void theClientsMachineryKnowsNothingOfWhatProgramsImport() {
        noClasses().that().resideInAnyPackage("dev.runnel.client.exchange", "dev.runnel.client.transport")
                .should().dependOnClassesThat().resideInAPackage("dev.runnel.client")
                .check(CLASSES);
        noClasses().that().resideInAPackage("dev.runnel.client.transport")
                .should().dependOnClassesThat().resideInAPackage("dev.runnel.client.exchange")
                .check(CLASSES);
    }
}
