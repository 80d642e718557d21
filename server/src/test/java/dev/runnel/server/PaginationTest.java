package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Lists: of messages, runs and steps, all by the same rules. Everything in them was made within a second or two. */
@Timeout(180)
class PaginationTest {
    private static final int SIZE = 5;

    @TempDir
    static Path folder;

    private static TestServer server;
    private static String thread;
    private static String run;

    @BeforeAll
    static void start() {
        // All within one second, so that nothing but the order of insertion tells them apart.
        server = TestServer.start(folder, options -> options.clock(() -> Instant.ofEpochSecond(1_800_000_000)));
        thread = server.post("/threads", "{}").id();
        String assistant = server.newWeatherAssistant();
        for (int i = 0; i < SIZE - 1; i++) {
            server.newThread();
            server.newAssistant();
        }
        for (int i = 0; i < SIZE - 1; i++) {
            read(server.run(assistant, thread));
        }
        server.models().answer(request -> request.json().path("messages").size() < 2 * SIZE + 1
                ? Script.toolCalls(ToolCall.of("call_1", "weather", "{}"))
                : Script.chat("Done."));
        run = TestServer.runPath(read(server.run(assistant, thread)));
        while (server.get(run).ok().path("status").asText().equals("requires_action")) {
            read(server.stream(run + "/submit_tool_outputs", """
                    {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "x"}]}"""));
        }
    }

    private static List<EventReader.Event> read(EventReader reader) {
        try (reader) {
            return reader.rest();
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static List<String> lists() {
        return List.of(
                "/assistants", "/threads", "/threads/" + thread + "/messages", "/threads/" + thread + "/runs",
                run + "/steps");
    }

    private static void assertPage(Answer answer, List<String> ids, boolean more) {
        JsonNode page = answer.ok();
        assertThat(page.path("object").asText()).isEqualTo("list");
        assertThat(answer.ids()).isEqualTo(ids);
        assertThat(page.path("has_more").isBoolean()).isTrue();
        assertThat(page.path("has_more").asBoolean()).isEqualTo(more);
        assertThat(page.path("first_id").asText("none")).isEqualTo(ids.isEmpty() ? "none" : ids.getFirst());
        assertThat(page.path("last_id").asText("none")).isEqualTo(ids.isEmpty() ? "none" : ids.getLast());
    }

    @ParameterizedTest
    @MethodSource("lists")
    void newestComesFirstUnlessAskedOtherwise(String list) {
        List<String> newestFirst = server.get(list).ids();
        List<String> oldestFirst = server.get(list + "?order=asc").ids();

        assertThat(newestFirst).hasSize(SIZE).doesNotHaveDuplicates().isEqualTo(oldestFirst.reversed());
        assertThat(server.get(list + "?order=desc").ids()).isEqualTo(newestFirst);
        assertPage(server.get(list), newestFirst, false);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void afterGoesOnBehindAnObjectInEitherOrder(String list) {
        for (String order : new String[] {"asc", "desc"}) {
            List<String> all = server.get(list + "?order=" + order).ids();
            String query = list + "?order=" + order + "&limit=2";

            assertPage(server.get(query), all.subList(0, 2), true);
            assertPage(server.get(query + "&after=" + all.get(1)), all.subList(2, 4), true);
            assertPage(server.get(query + "&after=" + all.get(3)), all.subList(4, 5), false);
            assertPage(server.get(query + "&after=" + all.get(4)), List.of(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void beforeGivesThePageRightBeforeAnObjectInEitherOrder(String list) {
        for (String order : new String[] {"asc", "desc"}) {
            List<String> all = server.get(list + "?order=" + order).ids();
            String query = list + "?order=" + order + "&limit=2";

            assertPage(server.get(query + "&before=" + all.get(4)), all.subList(2, 4), true);
            assertPage(server.get(query + "&before=" + all.get(2)), all.subList(0, 2), false);
            assertPage(server.get(query + "&before=" + all.get(0)), List.of(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void afterAndBeforeTogetherBoundAPage(String list) {
        List<String> all = server.get(list).ids();
        assertPage(server.get(list + "?after=" + all.get(0) + "&before=" + all.get(4)), all.subList(1, 4), false);
        assertPage(server.get(list + "?limit=2&after=" + all.get(0) + "&before=" + all.get(4)),
                all.subList(1, 3), true);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void walkingInPagesOfAnySizeSeesEachObjectOnce(String list) {
        List<String> all = server.get(list).ids();
        for (int limit = 1; limit <= SIZE + 1; limit++) {
            List<String> seen = new ArrayList<>();
            Answer page;
            do {
                String after = seen.isEmpty() ? "" : "&after=" + seen.getLast();
                page = server.get(list + "?limit=" + limit + after);
                seen.addAll(page.ids());
            } while (page.ok().path("has_more").asBoolean());
            assertThat(seen).as("pages of " + limit).isEqualTo(all);
        }
    }

    @Test
    void anEmptyListHasNullIds() {
        String empty = server.post("/threads", "{}").id();
        for (String list : new String[] {"messages", "runs"}) {
            assertThat(server.get("/threads/" + empty + "/" + list).ok().toString()).isEqualTo(
                    "{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,\"has_more\":false}");
        }
    }

    @Test
    void messagesCanBeThoseOfOneRun() {
        String id = run.substring(run.lastIndexOf('/') + 1);
        Answer page = server.get("/threads/" + thread + "/messages?run_id=" + id);

        assertThat(page.column("run_id")).containsExactly(id);
        assertThat(server.get("/threads/" + thread + "/messages?run_id=run_none").ids()).isEmpty();
    }
}
