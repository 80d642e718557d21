package dev.runnel.client;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.consumed;
import static dev.runnel.client.RunScripts.done;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.run;
import static dev.runnel.client.RunScripts.runJson;
import static dev.runnel.client.RunScripts.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Runs that fail while their stream is read. */
@Timeout(20)
class RunFailureTest {
    private static final RunRequest REQUEST = RunRequest.builder("asst_1")
            .thread(ThreadRequest.of(MessageRequest.user("Hi"))).build();
    private static final RunEvent FAILED = RunEvent.RunChanged.of(Json.read(runJson("failed").replaceFirst("}$",
            ",\"last_error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"too much\"}}").getBytes(UTF_8),
            Run.class));
    private static final RunOptions AS_BEFORE = RunOptions.DEFAULT.withRunFailuresThrown(false);

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<RunEvent> seen = new ArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static Script ending(RunEvent last) {
        return done(events(Script.sse(), 1, run("in_progress"), text("Hel"), last));
    }

    private RunStream stream(RunOptions options) {
        return client.runs().stream("thread_1", REQUEST, options);
    }

    private static void assertTells(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(RunFailedException.class, failed -> {
            assertThat(failed).hasMessage("the run run_1 failed: rate_limit_exceeded: too much");
            assertThat(failed.run().status()).isEqualTo(RunStatus.FAILED);
            assertThat(failed.lastError()).contains(new LastError("rate_limit_exceeded", "too much"));
            assertThat(failed.isRetrySafe()).isFalse();
        });
    }

    @Test
    void theTextEndsWithIt() {
        server.enqueue(ending(FAILED), ending(FAILED));
        StringBuilder text = new StringBuilder();
        try (RunStream stream = stream(RunOptions.DEFAULT)) {
            assertTells(catchThrowableOfType(
                    RunFailedException.class, () -> stream.textDeltas().forEach(text::append)));
        }
        assertThat(text.toString()).isEqualTo("Hel");
        try (RunStream stream = stream(AS_BEFORE)) {
            assertThat(stream.textDeltas()).containsExactly("Hel");
        }
    }

    @Test
    void theFutureEndsWithIt() throws Exception {
        server.enqueue(ending(FAILED), ending(FAILED), ending(FAILED));
        for (CompletableFuture<Run> future : List.of(
                client.runs().streamAsync("thread_1", REQUEST, RunOptions.DEFAULT, seen::add),
                client.runs().streamWithThreadAsync(REQUEST, RunOptions.DEFAULT, event -> {}))) {
            assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                    .cause().satisfies(RunFailureTest::assertTells);
        }
        assertThat(seen).hasSize(3).endsWith(FAILED);
        assertThat(client.runs().streamAsync("thread_1", REQUEST, AS_BEFORE, event -> {}).get(10, TimeUnit.SECONDS)
                .status()).isEqualTo(RunStatus.FAILED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePublisherEndsWithItAfterItsEvents(boolean withThread) throws Exception {
        server.enqueue(ending(FAILED), ending(FAILED));
        assertTells((Throwable) consumed(published(withThread, RunOptions.DEFAULT), seen::add));
        assertThat(seen).hasSize(3).endsWith(FAILED);
        assertThat(consumed(published(withThread, AS_BEFORE), event -> {})).isEqualTo("complete");
        assertThat(server.requests().get(0).path())
                .isEqualTo(withThread ? "/v1/threads/runs" : "/v1/threads/thread_1/runs");
    }

    private Flow.Publisher<RunEvent> published(boolean withThread, RunOptions options) {
        return withThread
                ? client.runs().publishWithThread(REQUEST, options)
                : client.runs().publish("thread_1", REQUEST, options);
    }

    @Test
    void theEventsAndTheRunTellItThemselves() {
        server.enqueue(ending(FAILED));
        try (RunStream stream = stream(RunOptions.DEFAULT)) {
            assertThat(stream).endsWith(FAILED);
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.FAILED);
            assertThat(stream.finalMessages()).singleElement().extracting(Message::text).isEqualTo("Hel");
        }
    }

    @Test
    void aRunThatExpiredIsAFailure() {
        server.enqueue(ending(run("expired")));
        try (RunStream stream = stream(RunOptions.DEFAULT)) {
            assertThatThrownBy(() -> stream.textDeltas().forEach(text -> {}))
                    .isInstanceOf(RunFailedException.class).hasMessage("the run run_1 expired");
        }
    }

    @ParameterizedTest
    @EnumSource(value = RunStatus.class, names = {"CANCELLED", "INCOMPLETE", "COMPLETED", "REQUIRES_ACTION"})
    void anyOtherEndIsNone(RunStatus status) {
        server.enqueue(ending(run(status.wire())));
        try (RunStream stream = stream(RunOptions.DEFAULT)) {
            assertThat(stream.textDeltas()).containsExactly("Hel");
        }
    }
}
