package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The schemas of an OpenAPI document, found by what they describe. Thread-safe; each is compiled once. */
final class SchemaBook {
    private static final String HOME = "https://runnel.test/document";

    private final SchemaRegistry registry;
    private final List<Response> responses = new ArrayList<>();
    private final Map<String, String> events = new HashMap<>();

    private record Response(String method, String template, Pattern paths, String mediaType, String schema) {
        /** A model's name may have slashes in it, which OpenAPI's templates cannot say. */
        Response(String method, String template, String mediaType, String schema) {
            this(method, template,
                    Pattern.compile(template.replace("{model}", ".+").replaceAll("\\{\\w+}", "[^/]+")), mediaType,
                    schema);
        }

        boolean answers(String askedMethod, String path, String type) {
            return method.equals(askedMethod) && type.startsWith(mediaType) && paths.matcher(path).matches();
        }

        int parameters() {
            return (int) template.chars().filter(c -> c == '{').count();
        }
    }

    /**
     * Reads a document.
     *
     * @param document is changed: its schemas must be JSON Schema by now, with {@code $ref}s into {@code components}
     * @param unions the names of the unions of a stream's events: objects of a constant named event, and their data; or the data, by
     *     their types
     */
    SchemaBook(ObjectNode document, String... unions) {
        ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            operation.getValue().at("/responses/200/content").properties().forEach(content -> {
                String inline = operation.getValue().path("operationId").asText() + "_" + content.getKey();
                responses.add(new Response(
                        operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), content.getKey(),
                        name(content.getValue().path("schema"), schemas, inline.replaceAll("\\W", "_"))));
            });
        }));
        for (String union : unions) {
            addEvents(schemas.path(union), schemas);
        }
        registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of(HOME, document.toString())));
    }

    private void addEvents(JsonNode schema, ObjectNode schemas) {
        JsonNode event = schema.at("/properties/event");
        if (event.isObject()) {
            String name = event.has("const") ? event.path("const").asText() : event.at("/enum/0").asText();
            events.putIfAbsent(name, name(schema.at("/properties/data"), schemas, "event_" + name.replace('.', '_')));
        } else if (schema.has("$ref")) {
            JsonNode named = schemas.path(last(schema));
            if (named.at("/properties/type/enum").size() == 1) {
                events.put(named.at("/properties/type/enum/0").asText(), last(schema));
            }
            addEvents(named, schemas);
        }
        schema.path("oneOf").forEach(one -> addEvents(one, schemas));
        schema.path("anyOf").forEach(one -> addEvents(one, schemas));
    }

    /** A schema's name; one that has none gets one. */
    private static String name(JsonNode schema, ObjectNode schemas, String otherwise) {
        if (schema.has("$ref")) {
            return last(schema);
        }
        schemas.set(otherwise, schema);
        return otherwise;
    }

    private static String last(JsonNode reference) {
        return reference.path("$ref").asText().replaceAll(".*/", "");
    }

    /** The schema of an answer of status 200; of the paths that fit, one with fewer parameters goes first. */
    Optional<String> answer(String method, String path, String type) {
        return responses.stream()
                .filter(response -> response.answers(method, path, type))
                .sorted(Comparator.comparingInt(Response::parameters))
                .map(Response::schema)
                .findFirst();
    }

    /** The schema of an event's data. */
    Optional<String> event(String name) {
        return Optional.ofNullable(events.get(name));
    }

    /** All events there are. */
    List<String> events() {
        return events.keySet().stream().sorted().toList();
    }

    /** The faults of a value; empty if there are none. */
    String errors(String schema, JsonNode value) {
        List<Error> errors = registry.getSchema(SchemaLocation.of(HOME + "#/components/schemas/" + schema))
                .validate(value);
        return errors.stream().map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .collect(Collectors.joining("; "));
    }
}
