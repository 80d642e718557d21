package dev.runnel.client;

import dev.runnel.client.Fixture.Waiting;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.Fixture.texts;
import static dev.runnel.client.RunScripts.after;
import static dev.runnel.client.RunScripts.done;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.hello;
import static dev.runnel.client.RunScripts.requiresAction;
import static dev.runnel.client.RunScripts.run;
import static dev.runnel.client.RunScripts.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The promises of a streaming client where the network or the server misbehaves: the same over each transport. */
@Timeout(180)
class BehaviourTest {
    private static final RunRequest RUN = RunRequest.builder("asst_1").build();

    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void closingAStalledStreamFromAnotherThreadReturnsAtOnce(Via via) throws InterruptedException {
        server.enqueue(Script.reply("a").stall(), events(Script.sse(), 1, run("in_progress")).stall());
        try (RunnelClient client = client(via).build()) {
            ChatStream chat = client.chat().stream(HI);
            take(chat);
            take(chat);
            assertClosesAtOnce(chat, 0);
            RunStream run = client.runs().stream("thread_1", RUN);
            take(run);
            assertClosesAtOnce(run, 1);
        }
    }

    /** A lock shared with the reader would hold the close till the idle timeout, and the reader would throw that. */
    private void assertClosesAtOnce(EventStream<?> stream, int request) throws InterruptedException {
        Waiting reader = new Waiting(stream::next);
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(server.requests().get(request).awaitDisconnect(LONG)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatFallsSilentEndsAfterTheIdleTimeout(Via via) throws InterruptedException {
        server.enqueue(Script.reply("a").stall());
        try (RunnelClient client = client(via).idleTimeout(Duration.ofMillis(300)).build();
                ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(() -> texts(stream)).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("nothing received for 300 ms");
            assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        }
    }

    /** A sign of life thirty times within what a silence may last: a busy machine may be late with them. */
    @ParameterizedTest
    @EnumSource
    void aStreamMayTakeLongerThanEveryTimeoutButTheTotalAndCommentsCountAsLife(Via via) {
        Script script = Script.reply("a");
        for (int i = 0; i < 35; i++) {
            script = script.pause(Duration.ofMillis(100)).raw(": ping\n");
        }
        server.enqueue(script.text("b").end("stop"));
        Duration timeout = Duration.ofSeconds(3);
        try (RunnelClient client = client(via).responseTimeout(timeout).connectTimeout(timeout).idleTimeout(timeout)
                .build();
                ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("a", "b");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsPostedOnceThoughTheServerFails(Via via) {
        server.enqueue(failure(), hello());
        try (RunnelClient client = client(via).build()) {
            ApiException error = catchThrowableOfType(
                    ApiException.class, () -> client.runs().stream("thread_1", RUN));
            assertThat(error.status()).isEqualTo(500);
            assertThat(error.isRetrySafe()).isFalse();
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).headers()).doesNotContainKey("Idempotency-Key");
        }
    }

    @ParameterizedTest
    @EnumSource
    void withAnIdempotencyKeyARunIsPostedAgainUnderTheSameKey(Via via) {
        server.enqueue(failure(), Script.plain().headWithBody().close(), hello(), hello());
        try (RunnelClient client = client(via).idempotencyKeys(true).build()) {
            for (int i = 0; i < 2; i++) {
                try (RunStream stream = client.runs().stream("thread_1", RUN)) {
                    assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
                }
            }
        }
        List<String> keys = server.requests().stream()
                .map(request -> request.headers().getOrDefault("Idempotency-Key", "none")).toList();
        assertThat(keys).hasSize(4).doesNotContain("none");
        assertThat(keys.subList(0, 3)).containsOnly(keys.get(0));
        assertThat(keys.get(3)).as("another run's key").isNotEqualTo(keys.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void aStreamEndsAtItsEndThoughTheServerLeavesTheSocketOpen(Via via) throws InterruptedException {
        server.enqueue(Script.chat("a").keepSocketOpen(), hello().keepSocketOpen());
        try (RunnelClient client = client(via).build();
                ChatStream chat = client.chat().stream(HI);
                RunStream run = client.runs().stream("thread_1", RUN)) {
            assertThat(texts(chat)).containsExactly("a");
            assertThat(run.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
            for (RecordedRequest request : server.requests()) {
                assertThat(request.awaitDisconnect(LONG)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheBodyBeforeTheStreamsEndIsAnErrorThatSaysHowFarItCame(Via via) {
        server.enqueue(Script.reply("a"), events(Script.sse(), 1, run("in_progress"), text("Hel")));
        try (RunnelClient client = client(via).build();
                ChatStream chat = client.chat().stream(HI);
                RunStream run = client.runs().stream("thread_1", RUN)) {
            assertThatThrownBy(chat::finalCompletion).isInstanceOf(BrokenStreamException.class);
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, run::finalRun);
            assertThat(broken.position()).contains(new Position("thread_1", "run_1", 2));
            assertThat(broken.lastEventId()).isEqualTo(2);
            assertThat(broken.events()).isEqualTo(2);
            assertThat(broken.isRetrySafe()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void allThatArrivedBeforeACutIsHandedOutBeforeTheError(Via via) {
        Script script = events(Script.sse(), 1, run("in_progress"));
        for (int i = 2; i <= 20; i++) {
            script = events(script, i, text("x"));
        }
        server.enqueue(script.close());
        try (RunnelClient client = client(via).build();
                RunStream stream = client.runs().stream("thread_1", RUN)) {
            for (int i = 0; i < 20; i++) {
                take(stream);
            }
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken.position()).contains(new Position("thread_1", "run_1", 20));
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("x".repeat(19));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownEventIsKept(Via via) {
        Script script = events(Script.sse(), 1, run("in_progress"))
                .raw("id: 2\nevent: thread.run.mood\ndata: {\"mood\":\"good\"}\n\n")
                .raw("id: 3\nevent: weather\ndata: sunny\n\n");
        server.enqueue(done(events(script, 4, run("completed"))));
        try (RunnelClient client = client(via).build();
                RunStream stream = client.runs().stream("thread_1", RUN)) {
            take(stream);
            RunEvent.Unknown weather = null;
            assertThat(take(stream).name()).isEqualTo("thread.run.mood");
            if (take(stream) instanceof RunEvent.Unknown unknown) {
                weather = unknown;
            }
            assertThat(weather).isEqualTo(new RunEvent.Unknown("weather", JsonValue.of("sunny")));
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProgramEndsAtOnceThoughAnAsyncStreamIsOpen(Via via) throws Exception {
        server.enqueue(Script.reply("a").stall());
        Process program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Program.class.getName(), server.baseUri().toString(), via.name())
                .redirectErrorStream(true).start();
        try (BufferedReader output = program.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("a");
            assertThat(program.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    /** A program that begins an asynchronous stream, sees a piece of it, and has nothing more to do. */
    static final class Program {
        private Program() {}

        /** Takes the base URL and a {@link Via}. */
        public static void main(String[] arguments) throws InterruptedException {
            RunnelClient client = RunnelClient.builder().baseUrl(arguments[0]).idleTimeout(Duration.ofHours(1))
                    .transport(Via.valueOf(arguments[1]).transport()).build();
            CountDownLatch seen = new CountDownLatch(1);
            var _ = client.chat().streamAsync(HI, chunk -> {
                if (!chunk.text().isEmpty()) {
                    System.out.println(chunk.text());
                    seen.countDown();
                }
            });
            seen.await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsReattachedToExactlyWhereItsStreamBrokeOff(Via via) {
        RunEvent[] log = {run("queued"), run("in_progress"), text("Hel"), text("lo"), run("completed")};
        server.enqueue(events(Script.sse(), 1, log[0], log[1], log[2]).close());
        server.answerOthers(request -> after(startingAfter(request), log));
        try (RunnelClient client = client(via).build();
                RunStream broken = client.runs().stream("thread_1", RUN)) {
            Position at = catchThrowableOfType(BrokenStreamException.class, broken::finalRun).position().orElseThrow();
            try (RunStream resumed = client.runs().resume(at)) {
                List<RunEvent> rest = new ArrayList<>();
                resumed.forEach(rest::add);
                assertThat(rest).containsExactly(log[3], log[4]);
                assertThat(resumed.fold().message("msg_1").map(Message::text)).contains("Hello");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void deltasAccumulateAndToolsAreCalledInOneStream(Via via) {
        record Place(String city) {}

        server.enqueue(
                done(events(Script.sse(), 1, run("in_progress"), requiresAction("weather", "{\"city\":\"Bonn\"}"))),
                done(events(Script.sse(), 3, run("in_progress"), text("Sun"), text("ny"), run("completed"))));
        Tools tools = Tools.of(
                FunctionTool.of("weather", "Current weather", Place.class, place -> "sunny in " + place.city()));
        try (RunnelClient client = client(via).build();
                RunStream stream = client.runs().stream("thread_1", RUN, RunOptions.DEFAULT.withTools(tools))) {
            Run run = stream.finalRun();
            assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("Sunny");
        }
        RecordedRequest submitted = server.requests().get(1);
        assertThat(submitted.path()).isEqualTo("/v1/threads/thread_1/runs/run_1/submit_tool_outputs");
        assertThat(submitted.json().path("tool_outputs").toString())
                .isEqualTo("[{\"tool_call_id\":\"call_1\",\"output\":\"sunny in Bonn\"}]");
    }

    private RunnelClient.Builder client(Via via) {
        return clientOf(server).transport(via.transport());
    }

    private static Script failure() {
        return Script.error(500, "server_error", "failed").header("retry-after-ms", "1");
    }

    private static long startingAfter(RecordedRequest request) {
        return Stream.of(request.path().split("[?&]", -1)).filter(part -> part.startsWith("starting_after="))
                .map(part -> Long.parseLong(part.substring(15))).findFirst().orElseThrow();
    }
}
