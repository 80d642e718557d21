package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.EventReader.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The documents that the server's answers must fit: its own description, and OpenAI's where there is a copy. Every answer and every event that a test
 * sees is held against both.
 */
final class Contract {
    private static final Optional<SchemaBook> OFFICIAL = OfficialDocument.read()
            .map(document -> new SchemaBook(document, "AssistantStreamEvent"));
    private static final Optional<SchemaBook> RESPONSES = OfficialDocument.responses()
            .map(document -> new SchemaBook(document, "ResponseStreamEvent"));

    /** The first server's: all describe the same. */
    private static @Nullable SchemaBook described;

    private final SchemaBook ours;
    private final boolean ownModel;

    /**
     * A server's contract.
     *
     * @param ownModel whether chat completions are the built-in model's, rather than passed on from a model server
     */
    Contract(int port, boolean ownModel) {
        this.ours = described(port);
        this.ownModel = ownModel;
    }

    private static synchronized SchemaBook described(int port) {
        SchemaBook book = described;
        if (book == null) {
            book = ask(port);
            described = book;
        }
        return book;
    }

    private static SchemaBook ask(int port) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/openapi.json");
            String json = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
            ObjectNode document = (ObjectNode) Answer.tree(json);
            document.at("/components/schemas").forEach(Contract::close);
            return new SchemaBook(document, "RunEvent", "ResponseEvent");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A server may say more in a later version; this one must not say what it does not describe. */
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && schema.has("properties") && !schema.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
    }

    /**
     * Checks an answer that came as a whole.
     *
     * @param path with its query
     */
    void check(String method, String path, Answer answer) {
        String type = answer.headers().firstValue("content-type").orElse("");
        String what = method + " " + path + " " + answer.status();
        String bare = URI.create("http://localhost" + path).normalize().getRawPath();
        if (answer.status() == 204) {
            require(answer.body().isEmpty(), what + " is not empty: " + answer.body());
            return;
        }
        if (answer.status() != 200) {
            require(type.startsWith("application/json"), what + " is no JSON: " + answer.body());
            check(ours, "ErrorResponse", answer.json(), what);
            OFFICIAL.ifPresent(official -> check(official, "ErrorResponse", answer.json(), what));
            return;
        }
        String schema = ours.answer(method, bare, type)
                .orElseThrow(() -> new AssertionError(what + " of type '" + type + "' is not described"));
        if (type.startsWith("application/json")) {
            check(ours, schema, answer.json(), what);
            OFFICIAL.filter(official -> ownModel || !bare.contains("/chat/"))
                    .ifPresent(official -> official.answer(method, bare.replaceFirst("^/v1", ""), type)
                            .ifPresent(name -> check(official, name, answer.json(), what)));
            RESPONSES.ifPresent(official -> official.answer(method, bare.replaceFirst("^/v1", ""), type)
                    .ifPresent(name -> check(official, name, answer.json(), what)));
        }
    }

    /** Checks an event of a run's stream, or a chunk of a chat completion's. */
    void check(Event event) {
        if (event.event() == null) {
            checkChunk(event.data());
            return;
        }
        JsonNode data = event.name().equals("done") ? Answer.text(event.data()) : event.json();
        String schema = ours.event(event.name())
                .orElseThrow(() -> new AssertionError("the event " + event.name() + " is not described"));
        check(ours, schema, data, event.name());
        (event.name().startsWith("response.") ? RESPONSES : OFFICIAL).ifPresent(official -> check(
                official,
                official.event(event.name()).orElseThrow(() -> new AssertionError("no such event: " + event.name())),
                data,
                event.name()));
    }

    private void checkChunk(String data) {
        if (ownModel && !data.equals("[DONE]")) {
            OFFICIAL.ifPresent(official -> check(
                    official, "CreateChatCompletionStreamResponse", Answer.tree(data), "a chunk"));
        }
    }

    private static void check(SchemaBook book, String schema, JsonNode value, String what) {
        String errors = book.errors(schema, value);
        if (!errors.isEmpty()) {
            String by = OFFICIAL.filter(book::equals).or(() -> RESPONSES.filter(book::equals)).isPresent()
                    ? "OpenAI's document"
                    : "/openapi.json";
            throw new AssertionError(
                    what + " is not what " + by + " says of " + schema + ": " + errors + "\nin " + value);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
