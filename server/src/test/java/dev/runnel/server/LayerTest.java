package dev.runnel.server;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** Who may know whom. The lines below are the design; a class that needs another line is in the wrong place, or the design is. */
class LayerTest {
    private static final String ROOT = "dev.runnel.server";
    private static final String HTTP = "dev.runnel.server.http..";
    private static final String HTTP1 = "dev.runnel.server.http1..";
    private static final String ENGINE = "dev.runnel.server.engine..";
    private static final String LOG = "dev.runnel.server.log..";
    private static final String STORE = "dev.runnel.server.store..";
    private static final String SQLITE = "dev.runnel.server.store.sqlite..";
    private static final String BACKEND = "dev.runnel.server.backend..";
    private static final String MODEL = "dev.runnel.server.model..";
    private static final String SEARCH = "dev.runnel.server.search..";
    private static final String PARSE = "dev.runnel.server.search.parse..";
    private static final String INDEX = "dev.runnel.server.search.index..";
    private static final String CLIENT = "dev.runnel.client..";
    private static final String PROTOCOL = "dev.runnel.protocol..";

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.runnel.protocol", "dev.runnel.client", ROOT);

    /** What of our own code the classes of a package may use, besides each other. */
    private static ArchRule knowsOnly(String who, DescribedPredicate<JavaClass> allowed) {
        DescribedPredicate<JavaClass> ours = resideInAPackage("dev.runnel..");
        return noClasses().that().resideInAPackage(who)
                .should().dependOnClassesThat(ours.and(DescribedPredicate.not(resideInAPackage(who).or(allowed))));
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return DescribedPredicate.describe(name, type -> type.getName().equals(name));
    }

    /** What all the server's packages may use. */
    private static DescribedPredicate<JavaClass> ids() {
        return named("dev.runnel.server.Ids").or(named("dev.runnel.server.Project"))
                .or(DescribedPredicate.describe(
                        "request ids", type -> type.getName().matches("dev\\.runnel\\.server\\.RequestId(\\$.*)?")))
                .or(named("dev.runnel.server.LogText"));
    }

    @Test
    void theRulesSeeAllPackages() {
        for (String there : new String[] {HTTP, HTTP1, ENGINE, BACKEND, LOG, STORE, SQLITE, MODEL, SEARCH, CLIENT,
            PROTOCOL}) {
            assertThat(OURS.that(resideInAPackage(there))).as(there).isNotEmpty();
        }
    }

    @Test
    void httpCallsTheEngineAndReadsTheLogAndNoDatabase() {
        knowsOnly(
                HTTP,
                resideInAnyPackage(HTTP1, ENGINE, MODEL, PROTOCOL)
                        .or(ids())
                        .or(named("dev.runnel.client.transport.ByteBudget"))
                        .or(named("dev.runnel.client.transport.ByteBudget$Share"))
                        .or(named("dev.runnel.server.ApiKeys"))
                        .or(named("dev.runnel.server.AllowedOrigins"))
                        .or(named("dev.runnel.client.ApiException"))
                        .or(DescribedPredicate.describe(
                                "what is read of a log", type -> type.getName().matches(
                                        "dev\\.runnel\\.server\\.log\\.(LogEntry|LogReader(\\$.*)?)"))))
                .check(OURS);
    }

    @Test
    void theEngineKnowsBackendLogStoreAndModel() {
        knowsOnly(ENGINE, resideInAnyPackage(BACKEND, LOG, STORE, MODEL, PROTOCOL).or(ids())).check(OURS);
    }

    @Test
    void backendsKnowLogAndStore() {
        knowsOnly(BACKEND, resideInAnyPackage(LOG, STORE)).check(OURS);
    }

    @Test
    void onlyBackendsAndTheJournaledLogKnowWhatIsSqlites() {
        classes().that().resideInAPackage(SQLITE)
                .should().onlyHaveDependentClassesThat().resideInAnyPackage(BACKEND, LOG, SQLITE)
                .check(OURS);
        noClasses().that().resideOutsideOfPackage(SQLITE)
                .should().dependOnClassesThat().resideInAPackage("org.sqlite..")
                .check(OURS);
    }

    @Test
    void theLogKnowsTheStore() {
        knowsOnly(LOG, resideInAnyPackage(STORE, PROTOCOL)).check(OURS);
    }

    @Test
    void theStoreKnowsOnlyTheProtocol() {
        knowsOnly(STORE, resideInAPackage(PROTOCOL)).check(OURS);
    }

    @Test
    void theStoresRoomsHaveNoCyclesAndItsRootKnowsNone() {
        slices().matching("dev.runnel.server.store.(*)..").should().beFreeOfCycles().check(OURS);
        noClasses().that().resideInAPackage("dev.runnel.server.store")
                .should().dependOnClassesThat(resideInAPackage(STORE)
                        .and(DescribedPredicate.not(resideInAPackage("dev.runnel.server.store"))))
                .check(OURS);
    }

    @Test
    void modelsKnowTheClientAndNothingOfTheServers() {
        knowsOnly(MODEL, resideInAnyPackage(CLIENT, PROTOCOL).or(ids())).check(OURS);
    }

    @Test
    void searchKnowsOnlyTheProtocol() {
        knowsOnly(SEARCH, resideInAPackage(PROTOCOL).or(ids())).check(OURS);
    }

    /** A first build leaves these packages out, with their libraries. */
    @Test
    void whatSearchNeedsLibrariesForIsBehindInterfaces() {
        noClasses().that().resideOutsideOfPackages(PARSE, INDEX)
                .should().dependOnClassesThat().resideInAnyPackage(
                        PARSE, INDEX, "org.apache.lucene..", "org.apache.pdfbox..", "org.jsoup..")
                .check(OURS);
    }

    @Test
    void onlyTheServerItselfKnowsHttp() {
        classes().that().resideInAPackage(HTTP)
                .should().onlyHaveDependentClassesThat().resideInAnyPackage(ROOT, HTTP)
                .check(OURS);
    }

    @Test
    void noPackageOfTheServersKnowsItsFront() {
        noClasses().that().resideInAnyPackage(HTTP, ENGINE, BACKEND, LOG, STORE, MODEL, SEARCH)
                .should().dependOnClassesThat(named("dev.runnel.server.RunnelServer")
                        .or(named("dev.runnel.server.ServerOptions")))
                .check(OURS);
    }

    @Test
    void theServersPackagesHaveNoCycles() {
        slices().matching("dev.runnel.server.(*)..").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void theEnginesPackagesHaveNoCycles() {
        slices().matching("dev.runnel.server.engine.(*)..").should().beFreeOfCycles().check(OURS);
        noClasses().that().resideInAPackage("dev.runnel.server.engine.*..")
                .should().dependOnClassesThat().resideInAPackage("dev.runnel.server.engine")
                .check(OURS);
    }

    /** A nested class counts as a part of the one around it. */
    private static SliceAssignment eachClassOf(String packages) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getName().replaceFirst("\\$.*", "");
                return name.startsWith(packages + ".") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "each class of " + packages;
            }
        };
    }

    /** No exceptions so far; one would stand here, with its reason. */
    @Test
    void theEnginesClassesFormNoCircles() {
        slices().assignedFrom(eachClassOf(ROOT + ".engine")).should().beFreeOfCycles().check(OURS);
    }

    @Test
    void sqlStaysBehindTheEngineAndItsDriversBehindTheStore() {
        noClasses().that().resideOutsideOfPackages(STORE, LOG, ENGINE)
                .should().dependOnClassesThat().resideInAnyPackage("java.sql..", "javax.sql..")
                .check(OURS);
        noClasses().that().resideOutsideOfPackage(STORE)
                .should().dependOnClassesThat()
                .resideInAnyPackage("com.zaxxer..", "org.flywaydb..", "org.sqlite..")
                .check(OURS);
    }

    @Test
    void theWebServerKnowsNothingOfWhatItServes() {
        knowsOnly(HTTP1, DescribedPredicate.alwaysFalse()).check(OURS);
    }

    @Test
    void theProtocolNeedsOnlyJacksonAndDoesNoInputOrOutput() {
        classes().that().resideInAPackage(PROTOCOL)
                .should().onlyDependOnClassesThat(resideInAnyPackage(
                        PROTOCOL, "java..", "com.fasterxml.jackson..", "org.jspecify.annotations.."))
                .check(OURS);
        noClasses().that().resideInAPackage(PROTOCOL)
                .should().dependOnClassesThat(resideInAnyPackage(
                        "java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..", "java.util.concurrent..")
                        .or(DescribedPredicate.describe(
                                "files", type -> type.getName().matches("java\\.io\\.(File|RandomAccess).*"))))
                .check(OURS);
    }

    @Test
    void theClientNeedsOnlyTheProtocol() {
        classes().that().resideInAPackage(CLIENT)
                .should().onlyDependOnClassesThat(resideInAnyPackage(
                        CLIENT, PROTOCOL, "java..", "javax.net..", "com.fasterxml.jackson..",
                        "org.jspecify.annotations.."))
                .check(OURS);
    }
}
