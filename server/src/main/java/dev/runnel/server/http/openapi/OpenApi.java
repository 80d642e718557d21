package dev.runnel.server.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseEvent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of a server's routes, written at its first request. Thread-safe once all routes are added.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI 3.1</a>
 */
public final class OpenApi {
    /** The version of OpenAI's document that the server is held against. */
    public static final String OFFICIAL = "2.3.0";

    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{\\+?(\\w+)}");

    private final Map<String, ObjectNode> requests = new LinkedHashMap<>();
    private final List<Route> routes = new ArrayList<>();
    private byte @Nullable [] json;

    /** Adds the schemas of request bodies, by the names of their types. Callers must not change them afterwards. */
    public void add(Map<String, ObjectNode> schemas) {
        requests.putAll(schemas);
    }

    private record Route(String method, String path, Operation operation) {}

    /**
     * Adds a route.
     *
     * @param path with parameters in braces, one of which may take the rest of the path: {@code {+name}}
     */
    public void add(String method, String path, Operation operation) {
        routes.add(new Route(method.toLowerCase(Locale.ROOT), path, operation));
    }

    /** The document as JSON. */
    public synchronized byte[] json() {
        byte[] written = json;
        if (written == null) {
            written = Json.write(document());
            json = written;
        }
        return written.clone();
    }

    private ObjectNode document() {
        Schemas schemas = new Schemas();
        schemas.give(requests);
        schemas.give(RunEvent.class, StreamEvents.union(schemas));
        schemas.give(ResponseEvent.class, ResponseStreamEvents.union(schemas));
        ObjectNode document = Json.object().put("openapi", "3.1.1");
        document.putObject("info")
                .put("title", "Runnel")
                .put("version", version())
                .put("description",
                        "The Assistants API v2, the Responses API and chat completions, as this server serves them. A request"
                                + " with a field that is not listed is refused; an answer may get more fields in later"
                                + " versions.")
                .putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/");
        ArrayNode security = document.putArray("security");
        security.addObject().putArray("bearer");
        security.addObject();
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes) {
            ObjectNode methods = paths.withObjectProperty(PATH_PARAMETER.matcher(route.path).replaceAll("{$1}"));
            methods.set(route.method, operation(route, schemas));
        }
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas.components());
        ObjectNode error = components.putObject("responses").putObject("Error").put("description",
                "An error, in the protocol's envelope.");
        content(error, Map.of("application/json", HandWritten.ErrorResponse.class), schemas);
        components.putObject("securitySchemes").putObject("bearer").put("type", "http").put("scheme", "bearer");
        return document;
    }

    /** The server's version; {@code dev} if the server runs from classes and not from a jar. */
    public static String version() {
        String version = OpenApi.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    private static ObjectNode operation(Route route, Schemas schemas) {
        Operation operation = route.operation;
        ObjectNode json = Json.object().put("operationId", operation.id()).put("summary", operation.summary());
        ArrayNode parameters = json.putArray("parameters");
        Matcher names = PATH_PARAMETER.matcher(route.path);
        while (names.find()) {
            ObjectNode parameter = parameters.addObject().put("in", "path").put("name", names.group(1));
            parameter.put("required", true).putObject("schema").put("type", "string");
        }
        operation.parameters().forEach(parameter -> parameters.add(parameter.toJson()));
        if (!operation.request().isEmpty()) {
            ObjectNode body = json.putObject("requestBody");
            content(body, operation.request(), schemas).forEach(type -> operation.refused().forEach(
                    field -> ((ObjectNode) type.path("schema")).withObjectProperty("properties").put(field, false)));
            body.put("required", operation.request().values().stream().anyMatch(schemas::hasRequired));
        }
        ObjectNode responses = json.putObject("responses");
        content(responses.putObject("200").put("description", "The result."), operation.response(), schemas);
        if (operation.empty()) {
            responses.putObject("204").put("description", "The run has ended, and has no further events.");
        }
        responses.putObject("default").put("$ref", "#/components/responses/Error");
        return json;
    }

    private static ObjectNode content(ObjectNode holder, Map<String, Type> types, Schemas schemas) {
        ObjectNode content = holder.putObject("content");
        types.forEach((mediaType, type) -> content.putObject(mediaType).set("schema", schemas.schema(type)));
        return content;
    }
}
