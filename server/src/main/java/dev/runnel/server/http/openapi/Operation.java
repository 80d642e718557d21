package dev.runnel.server.http.openapi;

import dev.runnel.protocol.Page;
import dev.runnel.protocol.RunEvent;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document's description of a route, besides its method and path.
 *
 * @param id a unique id; the one of OpenAI's document if that has the route
 * @param summary one line
 * @param request the type of the body by its media type; empty if the route reads none
 * @param refused the fields of the body's type that this route refuses
 * @param response the type of the answer by its media type
 * @param parameters the parameters in the query and in headers
 * @param empty whether the answer may be an empty 204
 */
public record Operation(
        String id,
        String summary,
        Map<String, Type> request,
        Set<String> refused,
        Map<String, Type> response,
        List<Parameter> parameters,
        boolean empty) {

    private static final String JSON = "application/json";

    /** Keeps unchangeable copies. */
    public Operation {
        request = Collections.unmodifiableMap(new LinkedHashMap<>(request));
        refused = Collections.unmodifiableSet(new LinkedHashSet<>(refused));
        response = Collections.unmodifiableMap(new LinkedHashMap<>(response));
        parameters = List.copyOf(parameters);
    }

    /** An operation without a body and without an answer yet. */
    public static Operation describe(String id, String summary) {
        return new Operation(id, summary, Map.of(), Set.of(), Map.of(), List.of(), false);
    }

    /** The same operation with a JSON body. */
    public Operation takes(Type body) {
        return takes(JSON, body);
    }

    /** The same operation with a body. */
    public Operation takes(String mediaType, Type body) {
        return new Operation(id, summary, with(request, mediaType, body), refused, response, parameters, empty);
    }

    /** The same operation, which refuses these fields of the body's type. */
    public Operation without(String... fields) {
        return new Operation(id, summary, request, new LinkedHashSet<>(List.of(fields)), response, parameters, empty);
    }

    /** The same operation with a JSON answer. */
    public Operation gives(Type answer) {
        return gives(JSON, answer);
    }

    /** The same operation with one more answer, of another media type; {@code byte[]} describes a file. */
    public Operation gives(String mediaType, Type answer) {
        return new Operation(id, summary, request, refused, with(response, mediaType, answer), parameters, empty);
    }

    /** The same operation with a page of a list for an answer, and with the list parameters. */
    public Operation givesPageOf(Class<?> listed) {
        return givesPageOf(listed, Parameter.PAGE.toArray(Parameter[]::new));
    }

    /** The same operation with a page of a list for an answer, and with list parameters of its own. */
    public Operation givesPageOf(Class<?> listed, Parameter... own) {
        return gives(new PageOf(listed)).reads(own);
    }

    /** The same operation with a run's stream as a second answer, for requests that ask for a stream. */
    public Operation streams() {
        return streams(RunEvent.class);
    }

    /** The same operation with a stream of these events as a second answer. */
    public Operation streams(Class<?> events) {
        return gives("text/event-stream", events);
    }

    /** The same operation, which may answer an empty 204. */
    public Operation mayBeEmpty() {
        return new Operation(id, summary, request, refused, response, parameters, true);
    }

    /** The same operation with more parameters. */
    public Operation reads(Parameter... more) {
        List<Parameter> all = new ArrayList<>(parameters);
        all.addAll(List.of(more));
        return new Operation(id, summary, request, refused, response, all, empty);
    }

    private static Map<String, Type> with(Map<String, Type> map, String mediaType, Type type) {
        Map<String, Type> more = new LinkedHashMap<>(map);
        more.put(mediaType, type);
        return more;
    }

    private record PageOf(Class<?> listed) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {listed};
        }

        @Override
        public Type getRawType() {
            return Page.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }
    }
}
