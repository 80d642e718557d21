package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Runs that search real vector stores: named, made by the helper or by attachments, of the assistant and of the thread. */
@Timeout(120)
class SearchedRunTest {
    private static final ToolCall SEARCH = ToolCall.of("call_1", "file_search", "{\"query\":\"what makes the tides\"}");

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, options -> options.clock(now::get));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String upload(String name, String text) {
        return server.upload(Multipart.file(name, text)).id();
    }

    private String tides() {
        return upload("tides.md", "The moon makes the tides. Ships wait for high water.");
    }

    private String searcher(String more) {
        return server.newAssistant("{\"model\":\"m\",\"tools\":[{\"type\":\"file_search\"}]" + more + "}");
    }

    private static String helper(String file) {
        return "\"tool_resources\":{\"file_search\":{\"vector_stores\":[{\"file_ids\":[\"" + file
                + "\"],\"metadata\":{\"a\":\"b\"}}]}}";
    }

    private static String named(String store) {
        return "\"tool_resources\":{\"file_search\":{\"vector_store_ids\":[\"" + store + "\"]}}";
    }

    private static String attached(String file) {
        return "{\"role\":\"user\",\"content\":\"What makes the tides?\",\"attachments\":[{\"file_id\":\"" + file
                + "\",\"tools\":[{\"type\":\"file_search\"}]}]}";
    }

    private static String store(JsonNode object) {
        JsonNode ids = object.at("/tool_resources/file_search/vector_store_ids");
        assertThat(ids).as("%s", object).hasSize(1);
        assertThat(object.at("/tool_resources/file_search")).hasSize(1);
        return ids.get(0).asText();
    }

    private void awaitSearchable(String store) {
        while (!server.get("/vector_stores/" + store).ok().path("status").asText().equals("completed")) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private List<Event> run(String assistant, String thread) {
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("The moon."));
        try (EventReader reader = server.run(assistant, thread)) {
            return reader.rest();
        }
    }

    /** The names of the files that the run's search has found. */
    private static List<String> found(List<Event> events) {
        return events.stream().filter(event -> event.name().equals("thread.run.step.completed")).findFirst()
                .orElseThrow(() -> new AssertionError(events.toString())).json()
                .at("/step_details/tool_calls/0/file_search/results").findValuesAsText("file_name")
                .stream().distinct().sorted().toList();
    }

    @Test
    void theHelperMakesAThreadsStoreForWhichTheRunWaits() {
        JsonNode thread = server.post("/threads", "{" + helper(tides()) + "}").ok();
        String id = thread.path("id").asText();

        assertThat(found(run(searcher(""), id))).containsExactly("tides.md");

        assertThat(store(thread)).startsWith("vs_");
        assertThat(server.get("/threads/" + id).ok()).isEqualTo(thread);
    }

    @Test
    void attachmentsMakeTheThreadsStoreAndAreAddedToIt() {
        String assistant = searcher("");
        String thread = server.post("/threads", "{\"messages\":[" + attached(tides()) + "]}").id();
        String store = store(server.get("/threads/" + thread).ok());
        List<Event> first = run(assistant, thread);

        server.post("/threads/" + thread + "/messages", attached(upload("moon.md", "The moon makes the tides too.")))
                .ok();
        List<Event> second = run(assistant, thread);

        assertThat(found(first)).containsExactly("tides.md");
        assertThat(found(second)).containsExactly("moon.md", "tides.md");
        assertThat(store(server.get("/threads/" + thread).ok())).isEqualTo(store);
    }

    @Test
    void messagesThatARunBringsMayHaveAttachments() {
        String thread = server.post("/threads", "").id();
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("The moon."));

        try (EventReader reader = server.stream("/threads/" + thread + "/runs", "{\"assistant_id\":\"" + searcher("")
                + "\",\"stream\":true,\"additional_messages\":[" + attached(tides()) + "]}")) {
            assertThat(found(reader.rest())).containsExactly("tides.md");
        }
        assertThat(store(server.get("/threads/" + thread).ok())).startsWith("vs_");
    }

    @Test
    void aRunSearchesTheStoresOfItsRequestItsAssistantAndItsThread() {
        String ofThread = store(server.post("/threads", "{" + helper(tides()) + "}").ok());
        String other = store(server.post("/threads", "{"
                + helper(upload("moon.md", "What makes the tides? The moon.")) + "}").ok());
        awaitSearchable(other); // a run waits only for its thread's files
        String assistant = searcher("," + helper(upload("sun.md", "The sun makes the tides a little.")));
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("The moon."));

        List<Event> events;
        try (EventReader reader = server.stream("/threads/runs", "{\"assistant_id\":\"" + assistant
                + "\",\"stream\":true,\"thread\":{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                + named(ofThread)
                + "}," + named(other) + "}")) {
            events = reader.rest();
        }

        assertThat(store(events.getFirst().json())).isEqualTo(ofThread);
        assertThat(found(events)).contains("moon.md", "tides.md");
        assertThat(only(events, "thread.run.created").json().at("/tool_resources/file_search/vector_store_ids"))
                .hasSize(2).first().satisfies(id -> assertThat(id.asText()).isEqualTo(other));
    }

    @Test
    void aRunWithoutStoresFindsNothing() {
        assertThat(found(run(searcher(""), server.newThread()))).isEmpty();
    }

    @Test
    void anExpiredStoreFailsTheRun() {
        String thread = server.post("/threads", "{" + helper(tides()) + "}").id();
        String store = store(server.get("/threads/" + thread).ok());
        now.updateAndGet(time -> time.plus(Duration.ofDays(8)));

        List<Event> events;
        try (EventReader reader = server.run(searcher(""), thread)) {
            events = reader.rest();
        }

        JsonNode error = only(events, "thread.run.failed").json().path("last_error");
        assertThat(error.path("code").asText()).isEqualTo("server_error");
        assertThat(error.path("message").asText()).contains(store, "is expired");
        Answer message = server.post("/threads/" + thread + "/messages", attached(upload("b.md", "More.")));
        assertThat(message.status()).isEqualTo(400);
        assertThat(server.get("/threads/" + thread + "/messages").ids()).isEmpty();
    }

    @Test
    void aStoreIsUsedByARunAndSoDoesNotExpire() {
        String thread = server.post("/threads", "{" + helper(tides()) + "}").id();
        String assistant = searcher("");
        for (int i = 0; i < 2; i++) {
            now.updateAndGet(time -> time.plus(Duration.ofDays(5)));
            assertThat(found(run(assistant, thread))).containsExactly("tides.md");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'vector_store_ids':['vs_none']} | 404 | ''",
        "{'vector_stores':[{'file_ids':['file-none']}]} | 404 | ''",
        "{'vector_store_ids':['vs_1'],'vector_stores':[{}]} | 400 | tool_resources.file_search.vector_stores",
        "{'vector_stores':[{},{}]} | 400 | tool_resources.file_search.vector_stores",
        "{'vector_stores':[{'name':'x'}]} | 400 | tool_resources.file_search.vector_stores[0].name",
        "{'vector_stores':[{'chunking_strategy':{'type':'static','static':{'max_chunk_size_tokens':100,'chunk_overlap_tokens':51}}}]}"
                + " | 400 | tool_resources.file_search.vector_stores[0].chunking_strategy.static.chunk_overlap_tokens",
        "{'vector_stores':[{'chunking_strategy':{'type':'other'}}]} | 400"
                + " | tool_resources.file_search.vector_stores[0].chunking_strategy.type"})
    void storesThatCannotBeAreRefusedAndNothingIsCreated(String search, int status, String param) {
        String given = "\"tool_resources\":{\"file_search\":" + search.replace('\'', '"') + "}}";
        for (Answer answer : List.of(
                server.post("/assistants", "{\"model\":\"m\"," + given), server.post("/threads", "{" + given))) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.error().path("param").asText("")).isIn(param, "null", "file_ids");
        }
        assertThat(server.get("/assistants").ids()).isEmpty();
        assertThat(server.get("/threads").ids()).isEmpty();
    }

    @Test
    void aChangeNamesStoresThatExistAndMakesNone() {
        String file = tides();
        String assistant = searcher("," + helper(file));
        String thread = server.post("/threads", "{" + helper(file) + "}").id();
        String store = store(server.get("/assistants/" + assistant).ok());

        for (String path : List.of("/assistants/" + assistant, "/threads/" + thread)) {
            assertThat(server.post(path, "{" + named("vs_none") + "}").status()).isEqualTo(404);
            assertThat(server.post(path, "{" + helper(file) + "}").error().path("code").asText())
                    .isEqualTo("unknown_parameter");
            assertThat(store(server.post(path, "{" + named(store) + "}").ok())).isEqualTo(store);
        }
        Answer run = server.post("/threads/runs", "{\"assistant_id\":\"" + assistant + "\"," + named("vs_none") + "}");
        assertThat(run.status()).isEqualTo(404);
        assertThat(
                server.post("/threads/runs", "{\"assistant_id\":\"" + assistant + "\"," + helper(file) + "}").status())
                .isEqualTo(400);
        assertThat(server.get("/threads").ids()).hasSize(1);
    }

    @Test
    void theDemoModelQuotesTheFilesAndCitesThem() {
        stop();
        server = TestServer.startDemo(folder);
        String thread = server.post("/threads", "{\"messages\":[" + attached(tides()) + "]}").id();

        JsonNode text;
        try (EventReader reader = server.run(searcher(""), thread)) {
            text = only(reader.rest(), "thread.message.completed").json().at("/content/0/text");
        }

        assertThat(text.path("value").asText())
                .isEqualTo("The files say: “The moon makes the tides.” 【0:0†tides.md】");
        assertThat(text.path("annotations")).hasSize(1);
    }

    @Test
    void afterACrashInTheMiddleOfAMarkerNothingShownIsTakenBackAndTheNextTryCites() throws InterruptedException {
        stop();
        server = TestServer.startProcess(folder);
        String thread = server.post("/threads", "{\"messages\":[" + attached(tides()) + "]}").id();
        server.models().enqueue(Script.toolCalls(SEARCH), Script.reply("So ", "it is 【0:", "0†ti").stall());
        List<Event> seen;
        try (EventReader reader = server.run(searcher(""), thread)) {
            seen = reader.until(event -> event.json().toString().contains("it is "));
        }
        server.kill();
        server.models().enqueue(Script.chat("So it is 【0:0】."));
        server.restart();

        List<Event> events;
        try (EventReader again = server.attach(TestServer.runPath(seen) + "?stream=true")) {
            events = again.rest();
        }

        assertThat(events).startsWith(seen.toArray(Event[]::new));
        assertThat(only(events, "thread.message.incomplete").json().at("/content/0/text/value").asText())
                .isEqualTo("So it is ");
        assertThat(only(events, "thread.message.completed").json().at("/content/0/text/value").asText())
                .isEqualTo("So it is 【0:0†tides.md】.");
        assertThat(events.stream().filter(event -> event.toString().contains("\"results\":[{"))).hasSize(1);
        assertThat(server.models().requests()).hasSize(3);
    }
}
