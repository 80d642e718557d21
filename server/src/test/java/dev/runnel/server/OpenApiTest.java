package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The server's description of itself: valid, whole and true. That answers are as it says, the other tests check on the way. */
@Timeout(60)
class OpenApiTest {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @TempDir
    Path folder;

    private TestServer server;
    private JsonNode document;

    @BeforeEach
    void start() {
        server = TestServer.startDemo(folder);
        document = server.openApi();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private boolean describes(String method, String path) {
        return document.path("paths").properties().stream()
                .filter(entry -> entry.getValue().has(method.toLowerCase(Locale.ROOT)))
                .anyMatch(entry -> path.matches(entry.getKey().replaceAll("\\{\\w+}", "[^/]+")));
    }

    @Test
    void itIsOpenApi() {
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(document.toString());

        assertThat(result.getMessages()).isEmpty();
        assertThat(result.isOpenapi31()).isTrue();
        assertThat(result.getOpenAPI().getPaths()).hasSize(document.path("paths").size()).isNotEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverySchemaIsReferredTo() {
        List<String> references = document.findValuesAsText("$ref");

        assertThat(references).isNotEmpty().allSatisfy(
                reference -> assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue());
        document.at("/components/schemas").fieldNames().forEachRemaining(
                name -> assertThat(references).contains("#/components/schemas/" + name));
    }

    @Test
    void operationsHaveNamesOfTheirOwn() {
        assertThat(document.path("paths").findValuesAsText("operationId")).doesNotHaveDuplicates();
    }

    @Test
    void whatItDescribesIsServedAndNothingElseIsOnThesePaths() {
        List<String> wrong = new ArrayList<>();
        document.path("paths").fieldNames().forEachRemaining(template -> {
            String path = template.replaceAll("\\{\\w+}", "x");
            for (String method : METHODS) {
                boolean served = !server.sendToRoot(method, path, "").body().contains("unknown_url");
                if (served != describes(method, path)) {
                    wrong.add(method + " " + path + (served ? " is served and not described" : " is not served"));
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void routesAreRegisteredInOnePlaceWhichDescribesThem() {
        List<String> places = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.runnel.server").stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(OpenApiTest::registers)
                .map(call -> call.getOrigin().getFullName().replaceAll("\\(.*", ""))
                .toList();

        assertThat(places).containsExactly("dev.runnel.server.http.HttpApi.route");
    }

    private static boolean registers(JavaMethodCall call) {
        return call.getTargetOwner().getName()
                .matches("io\\.helidon\\.webserver\\.http\\.Http(Routing\\$Builder|Rules)")
                && call.getName().matches("route|register|get|post|put|patch|delete|head|options|trace");
    }
}
