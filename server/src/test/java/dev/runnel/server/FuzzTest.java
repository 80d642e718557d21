package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands of requests that are almost right, to every route: each is answered, with 2xx or a well-formed 4xx, and one that is
 * refused leaves nothing behind.
 */
class FuzzTest {
    private static final String FORM = new Multipart().contentType();
    private static final List<String> TABLES = List.of("assistants", "threads", "messages", "runs", "steps", "files");

    private static final Path FOLDER = newFolder();
    private static final TestServer SERVER = TestServer.start(FOLDER);
    private static final Connection DATABASE = openDatabase();
    private static boolean changed = true;
    private static final Map<String, String> FIXTURES = new LinkedHashMap<>();

    /** A request as it should be; words in capitals stand for the ids of objects that are there. */
    record Route(String method, String path, String body) {}

    private static final String TOOL = """
            {"type": "function", "function": {"name": "weather", "description": "d", "strict": false,
             "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}""";

    private static final String MESSAGE = """
            {"role": "user", "metadata": {"k": "v"}, "attachments": [{"file_id": "FILE", "tools": []}],
             "content": [{"type": "text", "text": "Hi"}, {"type": "image_file", "image_file": {"file_id": "FILE"}},
             {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}}]}""";

    private static final String OPTIONS = """
            "model": "m", "instructions": "i", "tools": [%s], "temperature": 0.5, "top_p": 1, "metadata": {"k": "v"},
            "reasoning_effort": "low", "response_format": {"type": "json_schema", "json_schema": {"name": "n",
             "description": "d", "strict": true, "schema": {"type": "object"}}}""".formatted(TOOL);

    private static final String RUN_OPTIONS = """
            %s, "assistant_id": "ASSISTANT", "max_prompt_tokens": 5000, "max_completion_tokens": 500,
            "truncation_strategy": {"type": "last_messages", "last_messages": 3}, "parallel_tool_calls": true,
            "tool_choice": {"type": "function", "function": {"name": "weather"}}""".formatted(OPTIONS);

    private static final List<Route> ROUTES = List.of(
            new Route("POST", "/assistants", "{%s, \"name\": \"n\", \"description\": \"d\", \"tool_resources\": {}}"
                    .formatted(OPTIONS)),
            new Route("GET", "/assistants?limit=5&order=asc&after=ASSISTANT", ""),
            new Route("GET", "/assistants/ASSISTANT", ""),
            new Route("POST", "/assistants/ASSISTANT", "{%s, \"name\": null}".formatted(OPTIONS)),
            new Route("DELETE", "/assistants/DOOMED_ASSISTANT", ""),
            new Route("POST", "/threads", "{\"messages\": [%s], \"metadata\": {\"k\": \"v\"}, \"tool_resources\": {}}"
                    .formatted(MESSAGE)),
            new Route("GET", "/threads?limit=5&order=desc&before=THREAD", ""),
            new Route("GET", "/threads/THREAD", ""),
            new Route("POST", "/threads/THREAD", "{\"metadata\": {\"k\": \"v\"}, \"tool_resources\": null}"),
            new Route("DELETE", "/threads/DOOMED_THREAD", ""),
            new Route("POST", "/threads/THREAD/messages", MESSAGE),
            new Route("GET", "/threads/THREAD/messages?limit=5&order=asc&run_id=RUN&after=MESSAGE", ""),
            new Route("GET", "/threads/THREAD/messages/MESSAGE", ""),
            new Route("POST", "/threads/THREAD/messages/MESSAGE", "{\"metadata\": {\"k\": \"v\"}}"),
            new Route("DELETE", "/threads/THREAD/messages/DOOMED_MESSAGE", ""),
            new Route("POST", "/threads/runs", "{%s, \"stream\": true, \"thread\": {\"messages\": [%s]}}"
                    .formatted(RUN_OPTIONS, MESSAGE)),
            new Route("POST", "/threads/THREAD/runs", """
                    {%s, "stream": false, "additional_instructions": "More.", "additional_messages": [%s]}"""
                    .formatted(RUN_OPTIONS, MESSAGE)),
            new Route("POST", "/threads/WAITING_THREAD/runs", "{\"assistant_id\": \"ASSISTANT\"}"),
            new Route("GET", "/threads/THREAD/runs?limit=5&after=RUN", ""),
            new Route("GET", "/threads/THREAD/runs/RUN", ""),
            new Route("GET", "/threads/THREAD/runs/RUN?stream=true&starting_after=3", ""),
            new Route("POST", "/threads/THREAD/runs/RUN", "{\"metadata\": {\"k\": \"v\"}}"),
            new Route("POST", "/threads/THREAD/runs/RUN/cancel", ""),
            new Route("POST", "/threads/WAITING_THREAD/runs/WAITING_RUN/submit_tool_outputs", """
                    {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}"""),
            new Route("GET", "/threads/THREAD/runs/RUN/steps?limit=5&include[]="
                    + "step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content", ""),
            new Route("GET", "/threads/THREAD/runs/RUN/steps/STEP", ""),
            new Route("POST", "/chat/completions", """
                    {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": true}"""),
            new Route("POST", "/files", new String(Multipart.file("notes.txt", "Once.")
                    .field("expires_after[anchor]", "created_at").field("expires_after[seconds]", "3600").body(),
                    StandardCharsets.UTF_8)),
            new Route("GET", "/files?limit=5&order=asc&purpose=assistants&after=FILE", ""),
            new Route("GET", "/files/FILE", ""),
            new Route("GET", "/files/FILE/content", ""),
            new Route("DELETE", "/files/DOOMED_FILE", ""),
            new Route("GET", "/models", ""),
            new Route("GET", "/models/m", ""));

    private static final List<String> VALUES = List.of(
            "null", "true", "0", "-1", "1.5", "1e400", "9223372036854775808", "\"\"", "\"x\"", "[]", "[null]", "{}",
            "{\"type\":\"x\"}", "[[[[]]]]", "\"auto\"", "\"\\u0000\"", "\"\\ud800\"", "\"\uD83D\uDE00\"",
            "\"" + "a".repeat(600) + "\"", "{\"\":\"\"}", "{\"type\":\"file_search\"}",
            "{\"type\":\"code_interpreter\"}",
            "\"asst_none\"", "\"thread_none\"", "\"../../etc\"", "\"' OR 1=1 --\"");

    private static final List<String> TEXTS = List.of(
            "", "x", "-1", "0", "101", "99999999999999999999", "%00", "%FF", "..", "%2e%2e%2f", "asst_none",
            "thread_none", "run_none", "msg_none", "%F0%9F%98%80", "'", "true", "desc", "a".repeat(300));

    /** What becomes of a request: of its JSON, of a part of its URL, of its method, of its bytes. */
    sealed interface Change {
        record Replace(int node, String value) implements Change {}

        record Remove(int node) implements Change {}

        record Add(int node, String name, String value) implements Change {}

        record Url(int part, String text) implements Change {}

        record Method(String name) implements Change {}

        record Cut(int permille) implements Change {}

        record Octet(int permille, int value) implements Change {}
    }

    @Provide
    Arbitrary<Route> routes() {
        return Arbitraries.of(ROUTES);
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<Integer> node = Arbitraries.integers().between(0, 60);
        Arbitrary<String> value = Arbitraries.of(VALUES);
        Arbitrary<Integer> permille = Arbitraries.integers().between(0, 1000);
        Arbitrary<Change> change = Arbitraries.frequencyOf(
                Tuple.of(8, Combinators.combine(node, value).as(Change.Replace::new)),
                Tuple.of(4, node.map(Change.Remove::new)),
                Tuple.of(2, Combinators
                        .combine(node, Arbitraries.of("", "x", "type", "stream", "error", "id", "metadata"), value)
                        .as(Change.Add::new)),
                Tuple.of(3, Combinators
                        .combine(Arbitraries.integers().between(0, 9), Arbitraries.of(TEXTS)).as(Change.Url::new)),
                Tuple.of(1, Arbitraries.of("GET", "POST", "PUT", "PATCH", "DELETE").map(Change.Method::new)),
                Tuple.of(1, permille.map(Change.Cut::new)),
                Tuple.of(1, Combinators
                        .combine(permille, Arbitraries.integers().between(0, 255)).as(Change.Octet::new)));
        return change.list().ofMinSize(0).ofMaxSize(3);
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Connection openDatabase() {
        try {
            return DriverManager.getConnection("jdbc:sqlite:" + FOLDER.resolve("runnel.db"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeContainer
    static void start() {
        SERVER.models().models("m");
        SERVER.models().answer(request -> request.json().path("tools").isEmpty()
                || request.json().path("messages").toString().contains("call_1")
                        ? Script.chat("Hello")
                        : Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
    }

    @AfterContainer
    static void stop() throws IOException, SQLException {
        DATABASE.close();
        SERVER.close();
        try (var files = Files.walk(FOLDER)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    @Property(tries = 4_000, shrinking = ShrinkingMode.BOUNDED)
    void everyRequestIsAnsweredAndARefusedOneLeavesNothing(
            @ForAll("routes") Route route, @ForAll("changes") List<Change> changes) {
        if (changed) {
            renewFixtures();
            changed = false;
        }
        List<Long> before = counts();
        Request request = Request.of(route, changes);
        Answer answer = request.send();

        assertThat(answer.status()).as("%s answered %s", request, answer.body()).isBetween(200, 499);
        if (answer.status() >= 300) {
            assertThat(answer.status()).as(request.toString()).isGreaterThanOrEqualTo(400);
            JsonNode error = answer.json().path("error");
            assertThat(error.fieldNames()).toIterable().as(answer.body())
                    .containsExactlyInAnyOrder("message", "type", "param", "code");
            assertThat(error.path("message").asText()).as(request.toString()).isNotBlank()
                    .doesNotContain("Exception", "dev.runnel");
            assertThat(counts()).as("after %s, which was refused", request).isEqualTo(before);
        } else if (!request.method().equals("GET")) {
            changed = true;
            settle();
        }
    }

    @Example
    void everyRouteIsAmongThem() {
        Set<String> described = new TreeSet<>();
        SERVER.openApi().path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(
                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        described.remove("GET /openapi.json");
        Set<String> here = new TreeSet<>();
        ROUTES.forEach(route -> here.add(route.method() + " /v1" + route.path().replaceAll("\\?.*", "")
                .replaceAll("[A-Z][A-Z_]*", "{}").replaceAll("(?<=/models/)m", "{}")));

        assertThat(here).isEqualTo(described.stream()
                .map(route -> route.replaceAll("\\{\\w+}", "{}"))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** A request as it is sent. */
    @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
    record Request(String method, String path, byte[] body) {
        static Request of(Route route, List<Change> changes) {
            String method = route.method();
            String path = route.path();
            JsonNode json = route.body().startsWith("{") ? Answer.tree(filled(route.body())) : null;
            for (Change change : changes) {
                switch (change) {
                    case Change.Replace replace -> json = json == null ? null
                            : replaced(json, replace.node(), Answer.tree(replace.value()));
                    case Change.Remove remove -> removed(json, remove.node());
                    case Change.Add add -> added(json, add);
                    case Change.Url url -> path = withPart(path, url);
                    case Change.Method other -> method = other.name();
                    case Change.Cut cut -> {
                    }
                    case Change.Octet one -> {
                    }
                }
            }
            String body = json == null ? route.body() : json.toString();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            for (Change change : changes) {
                if (change instanceof Change.Cut cut) {
                    bytes = Arrays.copyOf(bytes, bytes.length * cut.permille() / 1000);
                } else if (change instanceof Change.Octet one && bytes.length > 0) {
                    bytes[(bytes.length - 1) * one.permille() / 1000] = (byte) one.value();
                }
            }
            return new Request(method, filled(path), bytes);
        }

        Answer send() {
            boolean form = new String(body, StandardCharsets.ISO_8859_1).startsWith("--");
            return SERVER.send(method, path, form ? FORM : "application/json", body);
        }

        @Override
        public String toString() {
            return method + " " + path + " " + new String(body, StandardCharsets.UTF_8);
        }
    }

    // ---- what is there

    private static String filled(String text) {
        String filled = text;
        List<String> longestFirst = FIXTURES.keySet().stream()
                .sorted((a, b) -> Integer.compare(b.length(), a.length())).toList();
        for (String name : longestFirst) {
            filled = filled.replace(name, FIXTURES.getOrDefault(name, name));
        }
        return filled;
    }

    private static void renewFixtures() {
        fixture("ASSISTANT", "/assistants/ASSISTANT", SERVER::newWeatherAssistant);
        fixture("FILE", "/files/FILE", FuzzTest::newFile);
        fixture("DOOMED_FILE", "/files/DOOMED_FILE", FuzzTest::newFile);
        fixture("DOOMED_ASSISTANT", "/assistants/DOOMED_ASSISTANT", SERVER::newAssistant);
        fixture("DOOMED_THREAD", "/threads/DOOMED_THREAD", SERVER::newThread);
        if (!there("/threads/THREAD/runs/RUN") || isLocked("/threads/THREAD")) {
            FIXTURES.put("THREAD", SERVER.newThread());
            try (EventReader reader = SERVER.run(SERVER.newAssistant(), FIXTURES.getOrDefault("THREAD", ""))) {
                String path = TestServer.runPath(reader.rest());
                FIXTURES.put("RUN", path.substring(path.lastIndexOf('/') + 1));
                FIXTURES.put("STEP", SERVER.get(path + "/steps").ids().getFirst());
            }
        }
        fixture("MESSAGE", "/threads/THREAD/messages/MESSAGE", FuzzTest::newMessage);
        fixture("DOOMED_MESSAGE", "/threads/THREAD/messages/DOOMED_MESSAGE", FuzzTest::newMessage);
        if (!there("/threads/WAITING_THREAD/runs/WAITING_RUN") || !isLocked("/threads/WAITING_THREAD")) {
            FIXTURES.put("WAITING_THREAD", SERVER.newThread());
            try (EventReader reader = SERVER.run(
                    SERVER.newWeatherAssistant(), FIXTURES.getOrDefault("WAITING_THREAD", ""))) {
                String path = TestServer.runPath(reader.rest());
                FIXTURES.put("WAITING_RUN", path.substring(path.lastIndexOf('/') + 1));
            }
        }
    }

    private static void fixture(String name, String path, Supplier<String> maker) {
        if (!there(path)) {
            FIXTURES.put(name, maker.get());
        }
    }

    private static String newFile() {
        return SERVER.upload(Multipart.file("a.png", "\u0089PNG")).id();
    }

    private static String newMessage() {
        return SERVER.post(filled("/threads/THREAD/messages"), "{\"role\": \"user\", \"content\": \"More\"}").id();
    }

    private static boolean there(String path) {
        return SERVER.get(filled(path)).status() == 200;
    }

    private static boolean isLocked(String thread) {
        return SERVER.get(filled(thread) + "/runs").column("status").contains("requires_action");
    }

    /** Waits until nothing moves: a run that was accepted goes on by itself. */
    private static void settle() {
        while (rows(
                "SELECT COUNT(*) FROM runs WHERE active AND json NOT LIKE '%\"status\":\"requires_action\"%'") > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<Long> counts() {
        return TABLES.stream().map(table -> rows("SELECT COUNT(*) FROM " + table)).toList();
    }

    private static long rows(String query) {
        try (Statement statement = DATABASE.createStatement(); ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    // ---- how it is changed

    private static JsonNode replaced(JsonNode json, int index, JsonNode value) {
        List<Slot> slots = slots(json);
        if (slots.isEmpty()) {
            return value;
        }
        slots.get(index % slots.size()).set(value);
        return json;
    }

    private static void removed(@Nullable JsonNode json, int index) {
        List<Slot> slots = slots(json);
        if (!slots.isEmpty()) {
            slots.get(index % slots.size()).remove();
        }
    }

    private static void added(@Nullable JsonNode json, Change.Add add) {
        List<ObjectNode> objects = new ArrayList<>();
        if (json instanceof ObjectNode root) {
            objects.add(root);
        }
        slots(json).forEach(slot -> {
            if (slot.value() instanceof ObjectNode object) {
                objects.add(object);
            }
        });
        if (!objects.isEmpty()) {
            objects.get(add.node() % objects.size()).set(add.name(), Answer.tree(add.value()));
        }
    }

    /** A place in a JSON tree. */
    private record Slot(JsonNode parent, String name, int index) {
        JsonNode value() {
            return parent.isObject() ? parent.path(name) : parent.path(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else if (index < parent.size()) {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }
    }

    private static List<Slot> slots(@Nullable JsonNode json) {
        List<Slot> slots = new ArrayList<>();
        if (json != null && json.isObject()) {
            json.fieldNames().forEachRemaining(name -> slots.add(new Slot(json, name, 0)));
        } else if (json != null && json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                slots.add(new Slot(json, "", i));
            }
        }
        List.copyOf(slots).forEach(slot -> slots.addAll(slots(slot.value())));
        return slots;
    }

    /** Replaces what stands between two of the signs that divide a URL. */
    private static String withPart(String path, Change.Url url) {
        List<String> parts = new ArrayList<>(Arrays.asList(path.split("(?<=[/?&=])|(?=[/?&=])", -1)));
        List<Integer> words = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).matches("[/?&=]?")) {
                words.add(i);
            }
        }
        if (words.isEmpty()) {
            return path + url.text();
        }
        parts.set(words.get(url.part() % words.size()), url.text());
        return String.join("", parts);
    }
}
