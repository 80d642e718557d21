package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.Run;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.filesearch.FileSearchTool;
import dev.runnel.server.tool.filesearch.Passage;
import dev.runnel.server.tool.filesearch.RunStores;
import dev.runnel.server.tool.filesearch.SearchPolicy;
import dev.runnel.server.tool.filesearch.SearchPolicy.When;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Runs that search files: the hosted service's sequence, what the model is told, and how its text cites what was found. */
@Timeout(120)
class FileSearchTest {
    private static final String INCLUDE = "include%5B%5D=step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content";
    private static final ToolCall SEARCH = ToolCall.of("call_1", "file_search", "{\"query\":", "\"tides\"}");
    private static final List<Passage> TIDES = List.of(
            new Passage("file-1", "tides.md", 0.75, "The moon makes the tides."),
            new Passage("file-2", "ships.md", 0.5, "Ships wait for high water."));

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private TestServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    /** Stores in which every search finds the same. */
    private record Finds(List<Passage> passages) implements RunStores {
        @Override
        public void prepare(Run run) {}

        @Override
        public List<Passage> search(Run run, String question, int limit, double threshold) {
            return passages.stream().filter(passage -> passage.score() >= threshold).limit(limit).toList();
        }
    }

    private void start(RunStores stores, SearchPolicy policy) {
        server = TestServer.startWithSearch(folder, options -> options, new FileSearchTool(stores, policy));
    }

    private String searcher() {
        return server.newAssistant("{\"model\":\"m\",\"tools\":[{\"type\":\"file_search\"}]}");
    }

    private List<Event> run() {
        try (EventReader reader = server.run(searcher(), server.newThread())) {
            return reader.rest();
        }
    }

    private JsonNode asked(int index) throws InterruptedException {
        return server.models().awaitRequest(index, TestServer.PATIENCE).json();
    }

    private static List<JsonNode> all(List<Event> events, String name) {
        return events.stream().filter(event -> event.name().equals(name)).map(Event::json).toList();
    }

    @Test
    void theSequenceOfTheHostedService() throws Exception {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(
                Script.toolCalls(SEARCH).usage(20, 5),
                Script.chat("The moon does it", " 【0:0†ti", "des.md】", ".").usage(30, 9));

        List<Event> events = run();

        assertThat(names(events)).containsExactly(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta",
                "thread.run.step.completed",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.delta", "thread.message.delta",
                "thread.message.delta", "thread.message.completed",
                "thread.run.step.completed", "thread.run.completed", "done");
        assertThat(events.get(5).json().at("/delta/step_details/tool_calls/0").toString()).isEqualTo("""
                {"index":0,"id":"call_1","type":"file_search","file_search":\
                {"ranking_options":{"ranker":"default_2024_08_21","score_threshold":0.0},"results":[]}}""");
        JsonNode step = events.get(6).json();
        assertThat(step.at("/step_details/tool_calls/0/file_search/results").toString()).isEqualTo("""
                [{"file_id":"file-1","file_name":"tides.md","score":0.75},\
                {"file_id":"file-2","file_name":"ships.md","score":0.5}]""");
        assertThat(step.at("/usage/total_tokens").asInt()).isEqualTo(25);
        assertThat(all(events, "thread.message.delta"))
                .extracting(delta -> delta.at("/delta/content/0/text").toString())
                .containsExactly(
                        "{\"value\":\"The moon does it\",\"annotations\":[]}",
                        "{\"value\":\" \"}",
                        "{\"value\":\"【0:0†tides.md】\",\"annotations\":[{\"index\":0,\"type\":\"file_citation\","
                                + "\"text\":\"【0:0†tides.md】\",\"start_index\":17,\"end_index\":31,"
                                + "\"file_citation\":{\"file_id\":\"file-1\",\"quote\":\"\"}}]}",
                        "{\"value\":\".\"}");
        assertThat(only(events, "thread.message.completed").json().at("/content/0/text").toString()).isEqualTo(
                """
                        {"value":"The moon does it 【0:0†tides.md】.","annotations":[{"type":"file_citation","text":"【0:0†tides.md】",\
                        "start_index":17,"end_index":31,"file_citation":{"file_id":"file-1"}}]}""");
        assertThat(server.get(TestServer.runPath(events) + "/steps/" + step.path("id").asText()).ok()).isEqualTo(step);
    }

    @Test
    void theModelIsToldOfTheFilesAndSeesThePassagesBehindTheirMarkers() throws Exception {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("Done"));

        run();

        JsonNode function = asked(0).at("/tools/0/function");
        assertThat(function.path("name").asText()).isEqualTo("file_search");
        assertThat(function.at("/parameters/required/0").asText()).isEqualTo("query");
        JsonNode messages = asked(1).path("messages");
        assertThat(messages.get(1).at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"query\":\"tides\"}");
        assertThat(messages.get(2).path("tool_call_id").asText()).isEqualTo("call_1");
        assertThat(messages.get(2).path("content").asText()).endsWith("""

                【0:0†tides.md】
                The moon makes the tides.

                【0:1†ships.md】
                Ships wait for high water.
                """);
    }

    @Test
    void markersOfSeveralSearchesAndRunsOfAThreadAreOfDifferentNumbers() throws Exception {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        ToolCall again = ToolCall.of("call_2", "file_search", "{\"query\":\"ships\"}");
        server.models().enqueue(
                Script.toolCalls(SEARCH, again), Script.toolCalls(again), Script.chat("【0:0】【0:51】【1:1】"),
                Script.toolCalls(SEARCH), Script.chat("【0:0】【3:0】"));
        String assistant = searcher();
        String thread = server.newThread();

        String first = text(server.run(assistant, thread));
        String second = text(server.run(assistant, thread));

        assertThat(first).isEqualTo("【0:0†tides.md】【0:51†ships.md】【1:1†ships.md】");
        assertThat(second).isEqualTo("【3:0†tides.md】");
    }

    private static String text(EventReader run) {
        try (run) {
            return only(run.rest(), "thread.message.completed").json().at("/content/0/text/value").asText();
        }
    }

    @Test
    void annotationsCountUnicodeCharactersThoughTheModelCutsOneInTwo() {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(
                Script.toolCalls(SEARCH), Script.chat("\uD83D\uDE00 é", "e\u0301 【0", ":1】 \uD83D\uDE00【0:0】"));

        JsonNode text = only(run(), "thread.message.completed").json().at("/content/0/text");

        String value = text.path("value").asText();
        for (JsonNode annotation : text.path("annotations")) {
            int begin = value.offsetByCodePoints(0, annotation.path("start_index").asInt());
            int end = value.offsetByCodePoints(0, annotation.path("end_index").asInt());
            assertThat(value.substring(begin, end)).isEqualTo(annotation.path("text").asText());
        }
        assertThat(text.path("annotations")).hasSize(2)
                .extracting(annotation -> annotation.at("/file_citation/file_id").asText())
                .containsExactly("file-2", "file-1");
    }

    @Test
    void aCutOffReplyShowsWhatWasHeldBack() {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(Script.toolCalls(SEARCH), Script.finish("length", "So 【0:0"));

        List<Event> events = run();

        assertThat(only(events, "thread.message.incomplete").json().at("/content/0/text/value").asText())
                .isEqualTo("So 【0:0");
    }

    @Test
    void thePassagesTextIsShownToThoseWhoAskToIncludeIt() {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("Done"));
        List<Event> events;
        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs?" + INCLUDE,
                "{\"assistant_id\":\"" + searcher() + "\",\"stream\":true}")) {
            events = reader.rest();
        }
        String run = TestServer.runPath(events);
        JsonNode streamed = all(events, "thread.run.step.completed").getFirst();
        String step = run + "/steps/" + streamed.path("id").asText();

        assertThat(streamed.at("/step_details/tool_calls/0/file_search/results/1/content/0/text").asText())
                .isEqualTo("Ships wait for high water.");
        assertThat(server.get(step + "?" + INCLUDE).ok()).isEqualTo(streamed);
        assertThat(server.get(run + "/steps?order=asc&" + INCLUDE).ok().at("/data/0")).isEqualTo(streamed);
        assertThat(server.get(step).ok().at("/step_details/tool_calls/0/file_search/results/0").has("content"))
                .isFalse();
        try (EventReader again = server.attach(run + "?stream=true&" + INCLUDE)) {
            assertThat(again.rest()).isEqualTo(events);
        }
        try (EventReader again = server.attach(run + "?stream=true")) {
            assertThat(all(again.rest(), "thread.run.step.completed").getFirst()).isEqualTo(server.get(step).ok());
        }
    }

    @Test
    void theToolsOptionsLimitWhatIsFoundAndTokensLimitWhatTheModelSees() throws Exception {
        List<Passage> many = IntStream.range(0, 60)
                .mapToObj(i -> new Passage("file-" + i, i + ".md", 1 - i / 100.0, "one two three four five six"))
                .toList();
        start(new Finds(many), SearchPolicy.DEFAULTS.tokens(100));
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("Done"), Script.toolCalls(SEARCH),
                Script.chat("Done"));
        String strict = server.newAssistant("""
                {"model":"m","tools":[{"type":"file_search","file_search":{"max_num_results":3,
                "ranking_options":{"ranker":"auto","score_threshold":0.99}}}]}""");

        JsonNode usual = all(run(), "thread.run.step.completed").getFirst();
        JsonNode limited;
        try (EventReader reader = server.run(strict, server.newThread())) {
            limited = all(reader.rest(), "thread.run.step.completed").getFirst();
        }

        assertThat(usual.at("/step_details/tool_calls/0/file_search/results").size()).isBetween(3, 9);
        assertThat(limited.at("/step_details/tool_calls/0/file_search/results")).hasSize(2);
        assertThat(limited.at("/step_details/tool_calls/0/file_search/ranking_options").toString())
                .isEqualTo("{\"ranker\":\"auto\",\"score_threshold\":0.99}");
        assertThat(server.get("/assistants/" + strict).ok().at("/tools/0/file_search/max_num_results").asInt())
                .isEqualTo(3);
    }

    @Test
    void aPassageThatIsLongerThanTheTokensIsCut() throws Exception {
        start(new Finds(List.of(new Passage("file-1", "a.md", 1, "word ".repeat(5_000)))),
                SearchPolicy.DEFAULTS.tokens(500));
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("Done"));

        run();

        assertThat(asked(1).at("/messages/2/content").asText().length()).isBetween(1_500, 3_500);
    }

    @Test
    void theSearchCanBeForced() throws Exception {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(Script.toolCalls(SEARCH), Script.chat("Done"));
        String body = "{\"assistant_id\":\"" + searcher()
                + "\",\"stream\":true,\"tool_choice\":{\"type\":\"file_search\"}}";

        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs", body)) {
            assertThat(only(reader.rest(), "thread.run.completed").json().at("/tool_choice/type").asText())
                    .isEqualTo("file_search");
        }

        assertThat(asked(0).at("/tool_choice/function/name").asText()).isEqualTo("file_search");
        assertThat(asked(1).has("tool_choice")).isFalse();
    }

    @Test
    void theCallersFunctionsMayBeMixedWithSearches() throws Exception {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        String assistant = server.newAssistant(
                """
                        {"model":"m","tools":[{"type":"file_search"},{"type":"function","function":{"name":"file_search"}}]}""");
        server.models().enqueue(
                Script.toolCalls(
                        ToolCall.of("call_1", "file_search", "{}"),
                        ToolCall.of("call_2", "file_search_", "{\"query\":\"tides\"}"),
                        ToolCall.of("call_3", "file_search_", "{}")),
                Script.chat("It is so 【0:50】."));
        List<Event> events;
        try (EventReader reader = server.run(assistant, server.newThread())) {
            events = reader.rest();
        }
        String run = TestServer.runPath(events);
        server.restart(); // what may be cited is kept

        List<Event> more;
        try (EventReader reader = server.stream(run + "/submit_tool_outputs?" + INCLUDE,
                "{\"tool_outputs\":[{\"tool_call_id\":\"call_1\",\"output\":\"rain\"}],\"stream\":true}")) {
            more = reader.rest();
        }

        assertThat(names(events)).endsWith("thread.run.requires_action", "done");
        JsonNode calls = more.getFirst().json().at("/step_details/tool_calls");
        assertThat(calls.at("/0/function/output").asText()).isEqualTo("rain");
        assertThat(calls.at("/1/file_search/results/0/content/0/text").asText()).isEqualTo("The moon makes the tides.");
        assertThat(calls.at("/2/file_search/results")).isEmpty();
        assertThat(asked(1).at("/messages/4/content").asText()).contains("{\"query\": ");
        assertThat(only(more, "thread.message.completed").json().at("/content/0/text/value").asText())
                .isEqualTo("It is so 【0:50†tides.md】.");
    }

    @Test
    void whereTheServerAlwaysSearchesTheModelFindsThePassagesBehindTheQuestion() throws Exception {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS.when(When.ALWAYS));
        server.models().enqueue(Script.chat("The moon 【0:0†tides.md】").usage(10, 5));

        List<Event> events = run();

        assertThat(names(events)).startsWith(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta",
                "thread.run.step.completed", "thread.run.step.created");
        assertThat(only(events, "thread.run.completed").json().at("/usage/total_tokens").asInt()).isEqualTo(15);
        assertThat(only(events, "thread.message.completed").json().at("/content/0/text/annotations")).hasSize(1);
        JsonNode asked = asked(0);
        assertThat(asked.has("tools")).isFalse();
        assertThat(asked.path("messages")).hasSize(1);
        assertThat(asked.at("/messages/0/content").asText()).startsWith("Hi\n\n").contains("【0:1†ships.md】");
    }

    @Test
    void whereTheServerAlwaysSearchesARunWithoutToolsDoesNot() {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS.when(When.ALWAYS));
        server.models().enqueue(Script.chat("Hello"));
        String body = "{\"assistant_id\":\"" + searcher() + "\",\"stream\":true,\"tool_choice\":\"none\"}";

        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs", body)) {
            assertThat(names(reader.rest())).doesNotContain("thread.run.step.delta");
        }
    }

    @Test
    void storesThatCannotBeSearchedFailTheRunInTheirWords() {
        start(new RunStores() {
            @Override
            public void prepare(Run run) {
                throw new ToolException("Vector store vs_1 is expired.");
            }

            @Override
            public List<Passage> search(Run run, String question, int limit, double threshold) {
                return List.of();
            }
        }, SearchPolicy.DEFAULTS);

        List<Event> events = run();

        assertThat(names(events)).containsExactly("thread.run.created", "thread.run.queued", "thread.run.in_progress",
                "thread.run.failed", "done");
        assertThat(only(events, "thread.run.failed").json().at("/last_error/message").asText())
                .isEqualTo("Vector store vs_1 is expired.");
    }

    @Test
    void aSearchThatTakesTooLongFailsTheRun() {
        start(new RunStores() {
            @Override
            public void prepare(Run run) {}

            @Override
            public List<Passage> search(Run run, String question, int limit, double threshold)
                    throws InterruptedException {
                Thread.sleep(Long.MAX_VALUE); // until it is interrupted
                return List.of();
            }
        }, new SearchPolicy(When.AUTO, 1_000, Duration.ofMillis(50)));
        server.models().enqueue(Script.toolCalls(SEARCH));

        assertThat(only(run(), "thread.run.failed").json().at("/last_error/message").asText())
                .startsWith("The search in the files took longer than");
    }

    @Test
    void aRunWithoutAFileSearchShowsMarkersAsTheyAre() {
        start(new Finds(TIDES), SearchPolicy.DEFAULTS);
        server.models().enqueue(Script.chat("Look: 【", "4:0†x】"));

        List<Event> events = server.run();

        assertThat(all(events, "thread.message.delta")).hasSize(2);
        assertThat(only(events, "thread.message.completed").json().at("/content/0/text/value").asText())
                .isEqualTo("Look: 【4:0†x】");
    }
}
