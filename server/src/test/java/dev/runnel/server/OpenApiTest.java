package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/** The server's description of itself: valid, whole and true. That answers are as it says, the other tests check on the way. */
@Timeout(180)
class OpenApiTest {
    /** Another server, with a protocol of its own that only servers speak. */
    private static final String SANDBOX_SERVER = "dev.runnel.server.sandbox.remote";

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /** The values of a field that cannot be left out. */
    private static final Map<String, String> REQUIRED = Map.ofEntries(
            entry("model", "\"m\""), entry("role", "\"user\""), entry("content", "\"Hi\""),
            entry("assistant_id", "\"asst_x\""), entry("tool_outputs", "[]"), entry("query", "\"x\""),
            entry("file_id", "\"file-x\""), entry("attributes", "{}"), entry("input", "\"x\""), entry("items", "[]"),
            entry("project", "\"x\""));

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

    /** Whether it describes a method on a path. A path without parameters comes before one with them, as OpenAPI says. */
    private boolean describes(String method, String path) {
        JsonNode itself = document.path("paths").path(path);
        if (itself.isObject()) {
            return itself.has(method.toLowerCase(Locale.ROOT));
        }
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
    void aRequestsFieldsAreTakenAndNoOthers() {
        List<String> wrong = new ArrayList<>();
        document.path("paths").properties().forEach(path -> {
            JsonNode schema = path.getValue().at("/post/requestBody/content/application~1json/schema");
            JsonNode named = document.at(schema.path("$ref").asText().replaceFirst("^#", ""));
            boolean closed = named.has("additionalProperties");
            Stream.concat(named.path("properties").propertyStream().map(Map.Entry::getKey), Stream.of("surprise"))
                    .filter(field -> closed)
                    .forEach(field -> {
                        boolean described = named.path("properties").has(field) && !schema.at("/properties").has(field);
                        if (described != takes(path.getKey(), named, field)) {
                            wrong.add(path.getKey() + ": " + field);
                        }
                    });
        });
        assertThat(wrong).isEmpty();
    }

    /** Whether a request may have a field, be it null. */
    private boolean takes(String template, JsonNode schema, String field) {
        ObjectNode body = (ObjectNode) Answer.tree("{}");
        schema.path("required").forEach(
                name -> body.set(name.asText(), Answer.tree(REQUIRED.getOrDefault(name.asText(), "null"))));
        schema.at("/anyOf/0/required").forEach(name -> body.putArray(name.asText()).add("x"));
        if (schema.at("/properties").has("previous_response_id")) {
            body.put("previous_response_id", "resp_x"); // so that no response is made
        }
        if (!body.has(field)) {
            body.putNull(field);
        }
        String path = template.replace("{assistant_id}", "asst_x").replace("{message_id}", "msg_x")
                .replace("{vector_store_id}", "vs_x")
                .replaceAll("\\{(\\w+)_id}", "$1_x");
        String answer = server.sendToRoot("POST", path, body.toString()).body();
        return !answer.contains("unknown_parameter");
    }

    @Test
    void routesAreRegisteredInOnePlaceWhichDescribesThem() {
        List<String> places = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.runnel.server").stream()
                .filter(type -> !type.getPackageName().equals(SANDBOX_SERVER))
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(OpenApiTest::registers)
                .map(call -> call.getOrigin().getFullName().replaceAll("\\(.*", ""))
                .toList();

        assertThat(places).containsExactly("dev.runnel.server.http.HttpApi.route");
    }

    private static boolean registers(JavaMethodCall call) {
        return call.getTargetOwner().getName().equals("dev.runnel.server.edge.Routes") && call.getName().equals("add");
    }
}
