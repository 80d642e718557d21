package dev.runnel.client;

import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.texts;
import static dev.runnel.client.RunScripts.runJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Whether a failure allows to send the request once more, and the difference that keys make. */
@Timeout(180)
class RetrySafeTest {
    private static final RunRequest RUN = RunRequest.builder("asst_1").build();

    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}: a completion {1}, a run {2}, a run with a key {3}")
    @CsvSource({"400, false, false, false", "401, false, false, false", "404, false, false, false",
        "408, true, false, true", "409, true, false, true", "429, true, true, true", "500, true, false, true",
        "503, true, false, true"})
    void aRefusalIsSafeToTryAgainByItsStatusAndWhatWasAsked(int status, boolean chat, boolean run, boolean keyed) {
        server.answer(request -> Script.error(status, "t", "m"));
        try (RunnelClient plain = clientOf(server).maxRetries(0).build();
                RunnelClient withKeys = clientOf(server).maxRetries(0).idempotencyKeys(true).build()) {
            assertThat(failure(() -> plain.chat().create(HI)).isRetrySafe()).isEqualTo(chat);
            assertThat(failure(() -> plain.runs().create("thread_1", RUN)).isRetrySafe()).isEqualTo(run);
            assertThat(failure(() -> withKeys.runs().create("thread_1", RUN)).isRetrySafe()).isEqualTo(keyed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNeverSentIsSafe(Via via) throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        for (String nowhere : List.of("http://127.0.0.1:" + port, "http://nowhere.invalid")) {
            try (RunnelClient client = RunnelClient.builder().baseUrl(nowhere).maxRetries(0)
                    .transport(via.transport()).build()) {
                assertThat(failure(() -> client.runs().create("thread_1", RUN))).as(nowhere)
                        .isInstanceOf(ConnectionException.class)
                        .matches(RunnelException::isRetrySafe, "is safe");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatGotNoAnswerIsSafeOnlyIfItMayBeRepeated(Via via) {
        server.answer(request -> Script.plain().headWithBody().close());
        try (RunnelClient client = clientOf(server).maxRetries(0).transport(via.transport()).build()) {
            assertThat(failure(() -> client.chat().create(HI))).isInstanceOf(ConnectionException.class)
                    .matches(RunnelException::isRetrySafe, "is safe");
            assertThat(failure(() -> client.runs().create("thread_1", RUN))).isInstanceOf(ConnectionException.class)
                    .matches(failure -> !failure.isRetrySafe(), "is not safe");
        }
    }

    @Test
    void aStreamThatBrokeAndOneThatWasClosedAreNot() {
        server.enqueue(Script.reply("a").close(), Script.midStreamError("server_error", "no", "a"), Script.reply("a"));
        try (RunnelClient client = clientOf(server).build()) {
            assertThat(failure(() -> texts(client.chat().stream(HI)))).isInstanceOf(BrokenStreamException.class)
                    .matches(failure -> !failure.isRetrySafe(), "is not safe");
            assertThat(failure(() -> texts(client.chat().stream(HI)))).isInstanceOf(ApiException.class)
                    .matches(failure -> !failure.isRetrySafe(), "is not safe");
            ChatStream closed = client.chat().stream(HI);
            closed.close();
            assertThat(failure(closed::next)).isInstanceOf(ClosedStreamException.class)
                    .matches(failure -> !failure.isRetrySafe(), "is not safe");
        }
    }

    @Test
    void keysAreSentWithWhatRunnelDoesOnceAndWithNothingElse() {
        server.answer(request -> Script.json(200, request.path().endsWith("/messages")
                ? "{\"id\":\"msg_1\",\"role\":\"user\",\"thread_id\":\"thread_1\",\"content\":[]}"
                : request.path().endsWith("/threads")
                        ? "{\"id\":\"thread_1\"}"
                        : runJson("queued")));
        ToolOutputsRequest outputs = new ToolOutputsRequest(List.of(), null);
        try (RunnelClient client = clientOf(server).idempotencyKeys(true).build()) {
            client.threads().create(ThreadRequest.of());
            client.messages().create("thread_1", MessageRequest.user("Hi"));
            client.runs().create("thread_1", RUN);
            client.runs().createWithThread(RUN);
            client.runs().submitToolOutputs("thread_1", "run_1", outputs);
            client.runs().stream("thread_1", RUN).close();
            client.runs().streamWithThread(RUN).close();
            client.runs().streamToolOutputs("thread_1", "run_1", outputs).close();
            Set<String> keys = new HashSet<>();
            for (RecordedRequest request : server.requests()) {
                keys.add(request.headers().getOrDefault("Idempotency-Key", "none"));
            }
            assertThat(keys).as("a key for each").hasSize(8).doesNotContain("none");
            client.runs().cancel("thread_1", "run_1");
            assertThat(server.requests().get(8).headers()).doesNotContainKey("Idempotency-Key");
        }
    }

    private static RunnelException failure(ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(RunnelException.class, call);
    }
}
