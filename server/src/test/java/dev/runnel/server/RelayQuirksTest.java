package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Replies as model servers really send them, and the answers that the callers of the chat endpoint get. */
@Timeout(60)
class RelayQuirksTest {
    private static final String STREAMED = """
            {"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hi"}]}""";
    private static final String PLAIN = STREAMED.replace("true", "false");
    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}";
    private static final String LAST = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

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

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void aChunkOnSeveralLinesStaysOneEvent(String lineEnd) {
        String raw = String.join(lineEnd, "data: {\"choices\":", "data: [{\"index\":0,", "data: \"delta\":{}}]}", "",
                "");
        server.models().enqueue(Script.sse().raw(raw).data(LAST).done());

        assertThat(server.post("/chat/completions", STREAMED).body()).isEqualTo(
                "data: {\"choices\":\ndata: [{\"index\":0,\ndata: \"delta\":{}}]}\n\ndata: " + LAST
                        + "\n\ndata: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", ""})
    void chunksInOneEventAreOneEach(String between) {
        server.models().enqueue(Script.sse()
                .raw("data: " + CHUNK + (between.isEmpty() ? "" : "\ndata: ") + LAST + "\ndata: [DONE]\n\n").stall());
        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + CHUNK + "\n\ndata: " + LAST + "\n\ndata: [DONE]\n\n");
    }

    @Test
    void aChunkALineIsAStreamOrACompletion() {
        server.models().answer(request -> Script.json(200, CHUNK + "\n" + LAST + "\n"));
        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + CHUNK + "\n\ndata: " + LAST + "\n\ndata: [DONE]\n\n");
        JsonNode whole = server.post("/chat/completions", PLAIN).ok();
        assertThat(whole.at("/choices/0/message/content").asText()).isEqualTo("Hello");
        assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void aConnectionThatBreaksAfterTheEndIsTheEnd() {
        server.models().enqueue(Script.sse().data(CHUNK).data(LAST).close());
        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + CHUNK + "\n\ndata: " + LAST + "\n\ndata: [DONE]\n\n");
    }

    @Test
    void nothingFromTheModelServerForgesAnEvent() {
        server.models().enqueue(Script.sse()
                .raw("data: {\"choices\":[],\ndata: \"x\":\"\ndata: event: error\ndata:  data: {}\ndata: \"}\n\n")
                .data(LAST).done());
        String body = server.post("/chat/completions", STREAMED).body();
        assertThat(body.lines()).allMatch(line -> line.isEmpty() || line.startsWith("data: "));
    }

    @Test
    void whatIsNoChunkIsLeftOut() {
        server.models().enqueue(Script.sse().raw("data:\n\n").event("status", "{\"message\":\"still working\"}")
                .data(CHUNK).data("null").data(LAST).done());
        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + CHUNK + "\n\ndata: " + LAST + "\n\ndata: [DONE]\n\n");
    }

    static Stream<Arguments> errorsOnTheWay() {
        return Stream.of(
                Arguments.of(Script.sse().data(CHUNK).data("{\"error\":{\"message\":\"burnt\"}}").closeDelimited(),
                        "burnt"),
                Arguments.of(Script.sse().data(CHUNK).event("error", "burnt").closeDelimited(), "burnt"),
                Arguments.of(Script.sse().data(CHUNK).raw("error: {\"message\":\"burnt\"}\n\n").closeDelimited(),
                        "burnt"),
                Arguments.of(Script.sse().data(CHUNK).data("[ERROR] burnt"), "burnt"),
                Arguments.of(Script.sse().data(CHUNK).data("burnt"), "burnt"));
    }

    @ParameterizedTest
    @MethodSource("errorsOnTheWay")
    void anErrorOnTheWayIsToldOnceAndAsTheProtocolHasIt(Script script, String words) {
        server.models().enqueue(script);
        String body = server.post("/chat/completions", STREAMED).body();
        List<String> errors = body.lines().filter(line -> line.contains("\"error\":{")).toList();
        assertThat(errors).as(body).hasSize(1);
        assertThat(Answer.tree(errors.getFirst().substring(6)).at("/error/message").asText()).contains(words);
    }

    @Test
    void aWholeCompletionInsteadOfAStreamIsAStreamOfOneChunk() {
        server.models().enqueue(Script.json(200, """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":
                {"role":"assistant","content":"Hello","tool_calls":[{"id":"a","type":"function","function":
                {"name":"f","arguments":{"x":1}}}]},"finish_reason":"stop"}]}"""));
        String body = server.post("/chat/completions", STREAMED).body();
        assertThat(body).startsWith("data: {").endsWith("}\n\ndata: [DONE]\n\n").contains("\"chat.completion.chunk\"",
                "\"delta\":{", "\"content\":\"Hello\"", "\"arguments\":\"{\\\"x\\\":1}\"",
                "\"finish_reason\":\"stop\"");
    }

    @Test
    void aStreamInsteadOfAWholeCompletionIsPutTogether() {
        server.models().enqueue(Script.sse().comment("hi").data(CHUNK).data(LAST).done());
        Answer answer = server.post("/chat/completions", PLAIN);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.ok().at("/choices/0/message/content").asText()).isEqualTo("Hello");
        assertThat(answer.ok().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void aByteOrderMarkIsNotPassedOn() {
        String completion = "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";
        server.models().enqueue(Script.json(200, "\uFEFF" + completion), Script.json(200, "\uFEFF" + completion),
                Script.plain().raw("\uFEFFdata: " + CHUNK + "\n\ndata: " + LAST + "\n\ndata: [DONE]\n\n"));
        assertThat(server.post("/chat/completions", PLAIN).body()).isEqualTo(completion);
        assertThat(server.post("/chat/completions", STREAMED).body()).startsWith("data: {").contains("Hello");
        assertThat(server.post("/chat/completions", PLAIN).ok().at("/choices/0/message/content").asText())
                .isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400})
    void anUnknownCodingIsNamedAndNoByteOfItPassedOn(int status) {
        byte[] packed = {0x0B, 0x02, (byte) 0x80, '{', '"', 'a', '"', ':', '1', '}', 0x03};
        server.models().answer(request -> Script.plain().status(status).header("content-encoding", "br").raw(packed));
        for (String request : List.of(PLAIN, STREAMED)) {
            assertThat(server.post("/chat/completions", request).body())
                    .contains("a body compressed with br, which the client did not ask for").doesNotContain("u0002");
        }
    }

    // ---- lists of models

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":[{\"id\":\"m\"},null]}", "{\"data\":[{\"name\":\"b\"},{\"id\":\"m\"}]}",
        "{\"models\":[{\"name\":\"m\",\"created\":\"2024-01-01T00:00:00Z\"}]}", "[\"m\"]"})
    void anOddListOfModelsIsReadForTheModelsInIt(String list) {
        server.models().answerModels(Script.json(200, list));
        assertThat(server.get("/models").ids()).containsExactly("m");
        assertThat(server.get("/models/m").id()).isEqualTo("m");
        assertThat(server.get("/models/b").status()).isEqualTo(404);
    }

    @Test
    void anErrorInsteadOfAListOfModelsIsTold() {
        server.models().answerModels(Script.json(200, "{\"error\":{\"message\":\"no list\"}}"));
        Answer answer = server.get("/models");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.error().path("message").asText()).contains("no list");
    }

    @ParameterizedTest
    @CsvSource({"204,502", "205,502", "201,502", "301,502", "302,502", "303,502", "304,502", "307,502", "399,502",
        "405,502", "407,502", "418,502", "499,502", "511,502", "599,502", "999,502", "404,404", "422,422", "429,429"})
    void statusesThatSayNothingToTheCallerAreABadGateway(int theirs, int ours) {
        for (String request : List.of(PLAIN, STREAMED)) {
            server.models().answer(seen -> Script.plain().status(theirs).header("x-should-retry", "false")
                    .header("content-length", "0"));
            Answer answer = server.post("/chat/completions", request);
            assertThat(answer.status()).as(theirs + " to " + request).isEqualTo(ours);
            assertThat(answer.error().path("message").asText()).isNotEmpty();
        }
    }

    @Test
    void thatNoStreamIsWantedIsSaidInWords() {
        server.post("/chat/completions", PLAIN.replace("\"stream\": false, ", "")).ok();
        assertThat(new String(server.models().requests().getFirst().body(), StandardCharsets.UTF_8))
                .isEqualTo(PLAIN.replace("\"stream\": false, ", "").replaceFirst("\\{", "{\"stream\":false,"));
    }

    // ---- circles

    @Test
    void aRequestThatHasComeThroughTooManyServersIsALoop() {
        assertThat(server.post("/chat/completions", PLAIN, "Runnel-Hops", "1").status()).isEqualTo(200);
        Answer answer = server.post("/chat/completions", PLAIN, "Runnel-Hops", "4");
        assertThat(answer.status()).isEqualTo(508);
        assertThat(answer.error().path("message").asText()).contains("circle");
        assertThat(server.models().requests()).hasSize(1);
        assertThat(server.models().requests().getFirst().headers()).containsEntry("Runnel-Hops", "2");
    }

    @Test
    void aServerThatIsItsOwnModelServerSaysSo(@TempDir Path other) throws Exception {
        try (ScriptedModelServer front = ScriptedModelServer.start()) {
            TestServer circle = TestServer.startWithModels(other, front.baseUri().toString());
            HttpClient http = HttpClient.newHttpClient();
            try (circle) {
                front.answer(request -> forward(http, circle.ownPort(), "POST", request.path(), request.body(),
                        request.headers().getOrDefault("Runnel-Hops", "none")));
                Answer answer = circle.post("/chat/completions", PLAIN);
                assertThat(answer.status()).isEqualTo(508);
                assertThat(answer.error().path("message").asText()).contains("circle");
                assertThat(front.requests()).hasSizeLessThan(10);
            }
        }
    }

    private static Script forward(
            HttpClient http, int port, String method, String path, byte[] body, String hops) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("content-type", "application/json").header("Runnel-Hops", hops)
                    .method(method, BodyPublishers.ofByteArray(body)).build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return Script.json(answer.statusCode(), answer.body())
                    .header("x-should-retry", answer.headers().firstValue("x-should-retry").orElse("true"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- memory

    @Test
    void anAnswerForWhichThereIsNoRoomIsToBeAskedForAgain(@TempDir Path other) throws Exception {
        String large = "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"" + "x".repeat(1_000_000)
                + "\"},\"finish_reason\":\"stop\"}]}";
        ByteBudget budget = new ByteBudget(500_000);
        server.models().answer(request -> Script.json(200, large));
        try (OpenAiModel model = new OpenAiModel(
                server.models().baseUri().toString(), null, ProxySettings.fromJava(), budget);
                RunnelServer small = RunnelServer.start(ServerOptions.local(TestDatabases.url(other)), model)) {
            for (String request : List.of(PLAIN, STREAMED)) {
                try (RawHttp raw = new RawHttp(small.port())) {
                    raw.post("/chat/completions", request);
                    Answer answer = raw.answer();
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.headers().firstValue("retry-after")).contains("5");
                    assertThat(answer.error().path("message").asText()).contains("no memory left");
                }
            }
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aStreamForWhichThereIsNoRoomAnyMoreEndsWithTheError(@TempDir Path other) throws Exception {
        String small = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}";
        ByteBudget budget = new ByteBudget(500_000);
        server.models().answer(request -> Script.sse().data(small).data(small.replace("Hello", "x".repeat(1_000_000))));
        try (OpenAiModel model = new OpenAiModel(
                server.models().baseUri().toString(), null, ProxySettings.fromJava(), budget);
                RunnelServer starved = RunnelServer.start(ServerOptions.local(TestDatabases.url(other)), model);
                RawHttp raw = new RawHttp(starved.port())) {
            raw.post("/chat/completions", STREAMED);
            Answer answer = raw.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("Hello").contains("data: {\"error\":").contains("no memory left");
        }
        assertThat(budget.taken()).isZero();
    }
}
