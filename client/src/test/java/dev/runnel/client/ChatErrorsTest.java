package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.Fixture.texts;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The words for a caller when a server refuses, or sends something else than the caller asked for. */
@Timeout(180)
class ChatErrorsTest {
    private static final String COMPLETION = """
            {"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"content":"Hello"}}]}""";

    /** As {@code br} packs a few bytes. */
    private static final byte[] PACKED = {0x0B, 0x02, (byte) 0x80, '{', '"', 'a', '"', ':', '1', '}', 0x03};

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void anErrorStatusTellsAllTheServerSaid() {
        server.enqueue(Script.json(404, """
                {"error":{"message":"No such model","type":"invalid_request_error","param":"model","code":"gone"}}""")
                .header("x-request-id", "req_1"));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.chat().stream(HI));
        assertThat(error).hasMessage("404: No such model");
        assertThat(error.status()).isEqualTo(404);
        assertThat(error.error()).isEqualTo(new ApiError("No such model", "invalid_request_error", "model", "gone"));
        assertThat(error.requestId()).contains("req_1");
        assertThat(error.retryAfter()).isEmpty();
    }

    @Test
    void aPageOfHtmlIsQuoted() {
        server.enqueue(Script.plain().status(403).header("content-type", "text/html")
                .raw("<html><title>Forbidden</title></html>\n"));
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class)
                .hasMessage("403: <html><title>Forbidden</title></html>");
    }

    @Test
    void anErrorStatusWithoutABodyIsAnErrorAllTheSame() {
        server.enqueue(Script.plain().status(401), Script.plain().status(401).raw("{\"err").close());
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class)
                    .hasMessageStartingWith("401: ");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"error":{"message":"m","type":"t","param":null,"code":"c"}}                 | c
            {"error":{"message":"m","type":"t","code":400}}                              | 400
            {"error":"m"}                                                                | -
            {"object":"error","message":"m","type":"t","code":"c"}                       | c
            {"message":"m","type":"t","param":null,"code":"c"}                           | c
            {"id":"x","error":{"code":502,"message":"m"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]} | 502
            {"id":"x","error":{"code":502,"message":"m"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]} | 502
            {"id":"x","error":{"code":502,"message":"m"},"choices":[],"usage":{"prompt_tokens":1}} | 502
            """)
    void anErrorInsideTheStreamIsThrownAfterWhatCameBeforeIt(String data, @Nullable String code) {
        server.enqueue(Script.reply("a").data(data).done(), Script.reply("a").event("error", data));
        for (int i = 0; i < 2; i++) {
            try (ChatStream stream = client.chat().stream(HI)) {
                take(stream);
                assertThat(take(stream).text()).isEqualTo("a");
                ApiException error = catchThrowableOfType(ApiException.class, stream::next);
                assertThat(error).hasMessage("m");
                assertThat(error.status()).isEqualTo(200);
                assertThat(error.error().code()).isEqualTo(code);
            }
        }
    }

    @Test
    void aChunkThatIsNotReadableIsABreak() {
        server.enqueue(Script.reply("a").data("oops").text("b").end("stop"));
        try (ChatStream stream = client.chat().stream(HI)) {
            take(stream);
            take(stream);
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("a chunk is not readable").hasMessageContaining("oops");
        }
    }

    @Test
    void jsonThatIsAnErrorInsteadOfAStreamIsThatError() {
        server.enqueue(Script.json(200, "{\"error\":{\"message\":\"" + "context overflow ".repeat(100)
                + "\",\"type\":\"t\"}}").header("x-request-id", "req_1"));
        try (ChatStream stream = client.chat().stream(HI)) {
            ApiException error = catchThrowableOfType(ApiException.class, stream::next);
            assertThat(error).hasMessageStartingWith("context overflow");
            assertThat(error.error().type()).isEqualTo("t");
            assertThat(error.requestId()).contains("req_1");
        }
    }

    @Test
    void aCompletionInsteadOfAStreamIsReadForWhatItIs() {
        server.enqueue(Script.json(200, COMPLETION));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("Hello");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void jsonThatIsNoCompletionIsQuoted() {
        server.enqueue(Script.json(200, "{\"status\":\"loading\"}"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("instead of a stream").hasMessageContaining("loading");
        }
    }

    @Test
    void aStreamInsteadOfACompletionIsReadForWhatItIs() {
        server.enqueue(Script.sse().data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}")
                .data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}")
                .done());
        assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
    }

    @Test
    void anErrorLineIsTheServersError() {
        server.enqueue(Script.sse().raw("error: {\"code\":500,\"message\":\"no slot\"}\n\n"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(stream::next).isInstanceOf(ApiException.class).hasMessage("no slot");
        }
    }

    @Test
    void aRedirectToAnotherServerIsNamedAndNotFollowed() {
        server.enqueue(Script.plain().status(308).header("location", "https://elsewhere.example/v1/x?token=1"));
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class)
                .hasMessageContaining("https://elsewhere.example/v1/x,").hasMessageNotContaining("token");
    }

    @Test
    void aRedirectInACircleEnds() {
        server.answer(request -> Script.plain().status(307).header("location", request.path()));
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class)
                .hasMessageContaining("redirects in a circle").hasMessageNotContaining("does not follow");
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void aCompressedAnswerIsUnpackedUpToTheLimit() throws IOException {
        server.enqueue(Script.plain().header("content-encoding", "gzip").raw(gzip(COMPLETION.getBytes(UTF_8))),
                Script.plain().header("content-encoding", "gzip").raw(gzip(new byte[70 * 1024 * 1024])));
        assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
        assertThatThrownBy(() -> client.chat().create(HI)).isInstanceOf(BrokenStreamException.class)
                .hasMessageContaining("larger than 64 MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity, gzip", "gzip, identity", "GZIP", "gzip, gzip"})
    void aCodingThatChangesNothingMayBeNamedBesides(String codings) throws IOException {
        server.enqueue(
                Script.plain().header("content-encoding", codings).raw(gzip(COMPLETION.getBytes(UTF_8))));
        assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400})
    void anUnknownCodingIsNamedAndNoByteOfItQuoted(int status) {
        server.answer(request -> Script.plain().status(status).header("content-encoding", "br")
                .header("content-type", "application/json").raw(PACKED));
        for (Runnable call : List.<Runnable>of(() -> client.chat().create(HI), () -> take(client.chat().stream(HI)))) {
            assertThatThrownBy(call::run).isInstanceOf(RunnelException.class)
                    .hasMessageContaining("a body compressed with br, which the client did not ask for")
                    .hasMessageNotContaining("\u0002");
        }
        server.answerModels(Script.plain().status(status).header("content-encoding", "br").raw(PACKED));
        assertThatThrownBy(() -> client.models().list()).hasMessageContaining("a body compressed with br")
                .hasMessageNotContaining("\u0002");
    }

    @Test
    void aCodingThatIsNamedAndNotUsedDoesNoHarm() {
        server.answer(request -> Script.plain().header("content-encoding", "br").raw(COMPLETION));
        assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
        server.answer(request -> Script.error(400, "t", "burnt").header("content-encoding", "br"));
        assertThatThrownBy(() -> client.chat().create(HI)).hasMessage("400: burnt");
    }

    @Test
    void ofBytesThatNoHeaderExplainsNoneIsQuoted() throws IOException {
        byte[] packed = gzip(COMPLETION.getBytes(UTF_8));
        server.answer(request -> Script.plain().raw(packed));
        for (Runnable call : List.<Runnable>of(() -> client.chat().create(HI), () -> take(client.chat().stream(HI)))) {
            assertThatThrownBy(call::run).isInstanceOf(RunnelException.class)
                    .hasMessageContaining("compressed with gzip, without a header that says so");
        }
        server.answer(request -> Script.plain().status(400).raw(PACKED));
        assertThatThrownBy(() -> client.chat().create(HI)).hasMessage("400: (a body of 11 bytes that are no text)");
    }

    @Test
    void aPageInAnOldCharsetIsQuoted() {
        server.enqueue(Script.plain().status(403).raw("<p>Zugriff für Sie gesperrt</p>".getBytes(ISO_8859_1)));
        assertThatThrownBy(() -> client.chat().create(HI)).hasMessage("403: <p>Zugriff f\uFFFDr Sie gesperrt</p>");
    }

    @Test
    void aByteOrderMarkIsNotPartOfAnAnswer() {
        byte[] request = "{\"model\":\"m\"}".getBytes(UTF_8);
        server.enqueue(Script.json(200, "\uFEFF" + COMPLETION), Script.json(200, "\uFEFF{\"data\":[]}"),
                Script.plain().raw("""
                        \uFEFFdata: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}

                        data: [DONE]

                        """));
        assertThat(new String(client.chat().createRaw(request), UTF_8)).isEqualTo(COMPLETION);
        assertThat(new String(client.embeddings().createRaw(request), UTF_8)).isEqualTo("{\"data\":[]}");
        assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packing = new GZIPOutputStream(out)) {
            packing.write(bytes);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Sign in</html>", ": only a comment"})
    void aBodyThatIsNoStreamIsQuoted(String body) {
        server.enqueue(Script.plain().raw(body));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("before any event").hasMessageContaining(body);
        }
    }

    @Test
    void anEmptyStreamIsABreak() {
        server.enqueue(Script.sse());
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("before any event");
        }
    }

    @Test
    void aCompletionMayComeBehindWhiteSpace() {
        server.enqueue(Script.plain().raw("\n\n   \n").raw(COMPLETION).pieces(3));
        assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"error":{"message":"context overflow"}} | context overflow
            {"object":"error","message":"no"}        | no
            {"id":"x"}                               | the answer is not a chat completion: {"id":"x"}
            <html>Sign in</html>                     | the answer is not JSON: <html>Sign in</html>
            ``                                       | the answer is not a chat completion: (empty body)
            """)
    void anAnswerThatIsNoCompletionIsAnErrorWhateverItsStatus(String body, String message) {
        server.enqueue(Script.plain().header("x-request-id", "req_1").raw(body));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.chat().create(HI));
        assertThat(error).hasMessage(message);
        assertThat(error.requestId()).isEqualTo(Optional.of("req_1"));
    }

    @Test
    void anAnswerThatIsCutIsABreak() {
        server.enqueue(Script.plain().header("content-length", "1000").raw(COMPLETION).close());
        assertThatThrownBy(() -> client.chat().create(HI)).isInstanceOf(BrokenStreamException.class)
                .hasMessageContaining("the answer broke off");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | {"error":{"message":"Unknown parameter: 'stream_options'."}}
            400 | {"error":{"message":"Extra inputs are not permitted","param":"stream_options"}}
            422 | {"detail":[{"type":"extra_forbidden","loc":["body","stream_options"]}]}
            200 | {"error":{"message":"Unknown parameter: 'stream_options'."}}
            """)
    void aServerThatRefusesStreamOptionsIsAskedOnceMoreWithout(int status, String body) {
        server.enqueue(Script.json(status, body), Script.chat("a"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("a");
        }
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(0).json().has("stream_options")).isTrue();
        assertThat(server.requests().get(1).json().has("stream_options")).isFalse();
        assertThat(server.requests().get(1).json().path("stream").asBoolean()).isTrue();
    }

    @Test
    void aStreamThatBeginsWithSuchARefusalIsOpenedOnceMore() {
        Script refusal = Script.sse().data("{\"error\":{\"message\":\"stream_options is not supported\"}}").done();
        server.enqueue(refusal, Script.chat("a"), refusal, refusal);
        try (ChatStream stream = client.chat().stream(HI).unfolded()) {
            assertThat(texts(stream)).containsExactly("a");
        }
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(stream::next).isInstanceOf(ApiException.class).hasMessageContaining("stream_options");
        }
        assertThat(server.requests()).hasSize(4);
        assertThat(server.requests().get(3).json().has("stream_options")).isFalse();
    }

    @Test
    void aServerThatRefusesForAnotherReasonIsAskedOnce() {
        server.enqueue(Script.error(400, "invalid_request_error", "Unknown parameter: 'stream'."));
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aServerThatRefusesTwiceIsNotAskedAThirdTime() {
        Script refusal = Script.error(400, "invalid_request_error", "stream_options? No.");
        server.enqueue(refusal, refusal);
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class);
        assertThat(server.requests()).hasSize(2);
    }
}
