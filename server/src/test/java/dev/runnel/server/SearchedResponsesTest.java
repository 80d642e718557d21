package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static org.assertj.core.api.Assertions.assertThat;

/** Responses that search vector stores: their events, results and citations. */
@Timeout(120)
class SearchedResponsesTest {
    private static final Pattern MARKER = Pattern.compile("【[^】]+】");

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Searches first, and then cites what was found. */
    private static Script reply(RecordedRequest request) {
        Matcher marker = MARKER.matcher(request.json().path("messages").findValuesAsText("content").getLast());
        return marker.find()
                ? Script.chat("The moon", marker.group(), ".")
                : Script.toolCalls(ToolCall.of("call_1", "file_search", "{\"query\":\"what makes the tides\"}"));
    }

    @Test
    void aSearchIsAnItemAndACitationAnAnnotationWithoutItsMarker() {
        server.models().answer(SearchedResponsesTest::reply);
        String file = server.upload(Multipart.file("tides.md", "The moon makes the tides.")).id();
        String store = server.post("/vector_stores", "{\"file_ids\": [\"" + file + "\"]}").id();
        while (!server.get("/vector_stores/" + store).ok().path("status").asText().equals("completed")) {
            LockSupport.parkNanos(20_000_000);
        }
        String conversation = server.post("/conversations", "{}").id();
        List<Event> all;
        try (EventReader reader = server.stream("/responses",
                """
                        {"model": "m", "input": "What makes the tides?", "stream": true, "include": ["file_search_call.results"],
                         "conversation": "%s",
                         "tools": [{"type": "file_search", "vector_store_ids": ["%s"]}]}"""
                        .formatted(conversation, store))) {
            all = reader.rest();
        }
        assertThat(names(all)).containsSubsequence("response.output_item.added",
                "response.file_search_call.in_progress",
                "response.file_search_call.searching", "response.file_search_call.completed",
                "response.output_item.done", "response.output_text.annotation.added", "response.completed");
        JsonNode response = all.get(all.size() - 2).json().path("response");
        assertThat(response.at("/output/0/queries/0").asText()).isEqualTo("what makes the tides");
        assertThat(response.at("/output/0/results/0/file_id").asText()).isEqualTo(file);
        assertThat(response.at("/output/0/results/0/text").asText()).contains("The moon makes the tides.");
        assertThat(response.at("/output/1/content/0/text").asText()).isEqualTo("The moon.");
        assertThat(response.at("/output/1/content/0/annotations/0/filename").asText()).isEqualTo("tides.md");
        assertThat(response.at("/output/1/content/0/annotations/0/index").asLong()).isEqualTo(8);
        String id = response.path("id").asText();
        assertThat(server.get("/responses/" + id).ok()).isEqualTo(response);
        JsonNode items = server.get("/conversations/" + conversation
                + "/items?order=asc&include[]=file_search_call.results").ok();
        assertThat(items.at("/data/1")).isEqualTo(response.at("/output/0"));
        assertThat(items.at("/data/2")).isEqualTo(response.at("/output/1"));
    }

    @Test
    void aSearchLooksOnlyAtTheFilesThatPassItsFilters() {
        server.models().answer(SearchedResponsesTest::reply);
        String store = server.post("/vector_stores", "{}").id();
        String kept = "";
        for (String language : List.of("en", "de", "fr")) {
            String file = server.upload(Multipart.file(language + ".md", "The moon makes the tides.")).id();
            server.post("/vector_stores/" + store + "/files", """
                    {"file_id": "%s", "attributes": {"language": "%s"}}""".formatted(file, language)).ok();
            kept = language.equals("de") ? file : kept;
        }
        while (server.get("/vector_stores/" + store).ok().at("/file_counts/completed").asInt() < 3) {
            LockSupport.parkNanos(20_000_000);
        }
        String tool = """
                {"type":"file_search","vector_store_ids":["%s"],"ranking_options":{"score_threshold":0.0,"ranker":"auto",\
                "hybrid_search":{"embedding_weight":0.5,"text_weight":0.5}},"filters":{"type":"and","filters":[\
                {"type":"ne","key":"language","value":"en"},{"type":"in","key":"language","value":["en","de"]}]}}"""
                .formatted(store);
        JsonNode response = server.post("/responses",
                """
                        {"model": "m", "input": "What makes the tides?", "include": ["file_search_call.results"], "tools": [%s]}"""
                        .formatted(tool))
                .ok();

        assertThat(response.at("/output/0/results")).extracting(result -> result.path("file_id").asText())
                .containsExactly(kept);
        assertThat(response.at("/tools/0")).isEqualTo(Answer.tree(tool));
        assertThat(server.get("/responses/" + response.path("id").asText()).ok().path("tools"))
                .isEqualTo(response.path("tools"));
        assertThat(server.post("/responses", """
                {"model": "m", "input": "Hi", "tools": [%s]}""".formatted(tool.replace("\"in\"", "\"near\""))).error()
                .path("param").asText()).isEqualTo("tools[0].filters.filters[1].type");
    }

    @Test
    void filtersMayBeNullAndStoresMustBeThere() {
        server.models().enqueue(Script.chat("a"));
        String store = server.post("/vector_stores", "{}").id();
        server.post("/responses",
                """
                        {"model": "m", "input": "Hi", "tools": [{"type": "file_search", "vector_store_ids": ["%s"], "filters": null,
                         "ranking_options": {"hybrid_search": null}}]}"""
                        .formatted(store))
                .ok();
        for (String tool : List.of("{\"type\": \"file_search\"}",
                "{\"type\": \"file_search\", \"vector_store_ids\": null}")) {
            Answer refused = server.post("/responses", """
                    {"model": "m", "input": "Hi", "tools": [%s]}""".formatted(tool));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.error().path("code").asText()).isEqualTo("missing_required_parameter");
            assertThat(refused.error().path("param").asText()).isEqualTo("tools[0].vector_store_ids");
        }
    }
}
