package dev.runnel.client;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

/** When a request is sent again, when not, and after how long. */
@Timeout(180)
class RetryTest {
    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 502, 503, 529})
    void aChatCompletionIsAskedForAgainWhenTheServerIsBusyOrFailing(int status) {
        server.enqueue(soon(failure(status)), Script.chat("a"), soon(failure(status)), Script.chat("b"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("a");
        }
        assertThat(client.chat().create(HI).text()).isEqualTo("b");
        assertThat(server.requests()).hasSize(4);
        assertThat(server.requests().get(1).body()).isEqualTo(server.requests().get(0).body());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422})
    void aRequestThatIsWrongIsNotSentAgain(int status) {
        server.enqueue(soon(failure(status)));
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void theServerHasTheLastWordOnWhetherToTryAgain() {
        server.enqueue(soon(failure(500)).header("x-should-retry", "false"));
        assertThatThrownBy(() -> client.chat().stream(HI)).isInstanceOf(ApiException.class);
        server.enqueue(soon(failure(400)).header("x-should-retry", "true"), Script.chat("a"));
        assertThat(client.chat().create(HI).text()).isEqualTo("a");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void afterTwoMoreTriesTheErrorIsThrown() {
        server.enqueue(soon(failure(503)), soon(failure(503)), soon(failure(503)));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.chat().stream(HI));
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).contains(Duration.ofMillis(1));
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void howOftenIsUpToTheCaller() {
        server.enqueue(soon(failure(500)), soon(failure(500)));
        try (RunnelClient never = clientOf(server).maxRetries(0).build()) {
            assertThatThrownBy(() -> never.chat().stream(HI)).isInstanceOf(ApiException.class);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void theServerSaysHowLongToWait() {
        server.enqueue(failure(429).header("Retry-After", "0.7"), Script.chat("a"));
        assertThat(elapsedOfCompletion()).isGreaterThanOrEqualTo(Duration.ofMillis(700));
    }

    @Test
    void theWaitInMillisecondsGoesBeforeTheOneInSeconds() {
        server.enqueue(failure(429).header("Retry-After", "55").header("retry-after-ms", "600"), Script.chat("a"));
        assertThat(elapsedOfCompletion()).isBetween(Duration.ofMillis(600), Duration.ofSeconds(55));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "NaN", "Infinity", "0x1p62", "1e300",
        "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
    void aWaitThatIsOverOrNotReadableGivesWayToTheUsualOne(String retryAfter) {
        server.enqueue(failure(429).header("Retry-After", retryAfter), Script.chat("a"));
        assertThat(elapsedOfCompletion()).isGreaterThanOrEqualTo(Duration.ofMillis(375));
    }

    @Test
    void aWaitOfMoreThanAMinuteIsLeftToTheCaller() {
        server.enqueue(failure(429).header("Retry-After", "3600"));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.chat().create(HI));
        assertThat(error.retryAfter()).contains(Duration.ofHours(1));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aWaitMayBeGivenAsADate() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
        server.enqueue(failure(503).header("Retry-After", date));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.chat().create(HI));
        assertThat(error.retryAfter()).get(DURATION).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aChatCompletionIsAskedForAgainWhenNoResponseComes() {
        server.enqueue(unanswered(), Script.chat("a"));
        assertThat(client.chat().create(HI).text()).isEqualTo("a");
        assertThat(server.requests()).hasSize(2);
    }

    /** Blocking sockets say so with an exception that looks like an interrupt. */
    @Test
    void aTimeoutOfAnotherTransportIsNoInterrupt() {
        AtomicInteger sent = new AtomicInteger();
        Transport transport = new Transport() {
            @Override
            public Response send(Request request) throws IOException {
                sent.incrementAndGet();
                throw new SocketTimeoutException("Read timed out");
            }

            @Override
            public void close() {}
        };
        try (RunnelClient other = clientOf(server).transport(transport).maxRetries(1).build()) {
            assertThatThrownBy(() -> other.chat().create(HI)).isInstanceOf(ConnectionException.class)
                    .hasMessageEndingWith("Read timed out");
            assertThat(sent).hasValue(2);
        }
    }

    @Test
    void aStreamThatHasBegunIsNeverAskedForAgain() {
        server.enqueue(Script.reply("a").close());
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThatThrownBy(() -> texts(stream)).isInstanceOf(BrokenStreamException.class);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void whatIsNotSafeToRepeatIsSentOnceWhateverIsAnswered() {
        RunRequest run = RunRequest.builder("asst_1").build();
        ToolOutputsRequest outputs = new ToolOutputsRequest(List.of(), null);
        List<Runnable> calls = List.of(
                () -> client.runs().stream("thread_1", run), () -> client.runs().streamWithThread(run),
                () -> client.runs().create("thread_1", run), () -> client.runs().createWithThread(run),
                () -> client.runs().cancel("thread_1", "run_1"),
                () -> client.runs().submitToolOutputs("thread_1", "run_1", outputs),
                () -> client.runs().streamToolOutputs("thread_1", "run_1", outputs),
                () -> client.threads().create(ThreadRequest.of()));
        int sent = 0;
        for (Runnable call : calls) {
            server.enqueue(soon(failure(500)).header("x-should-retry", "true"));
            assertThatThrownBy(call::run).isInstanceOf(ApiException.class);
            assertThat(server.requests()).hasSize(++sent);
            server.enqueue(unanswered()); // on a connection that was kept, where java.net.http likes to try again
            assertThatThrownBy(call::run).isInstanceOf(ConnectionException.class);
            assertThat(server.requests()).hasSize(++sent);
        }
    }

    @Test
    void readingIsSafeToRepeat() {
        AtomicInteger asked = new AtomicInteger();
        server.answerOthers(request -> asked.incrementAndGet() < 3
                ? soon(failure(500))
                : Script.json(200, "{\"id\":\"thread_1\"}"));
        assertThat(client.threads().get("thread_1").id()).isEqualTo("thread_1");
        assertThat(asked).hasValue(3);
    }

    @Test
    void anInterruptEndsTheWaitForTheNextTry() throws InterruptedException {
        server.enqueue(failure(503).header("Retry-After", "30"));
        Fixture.Waiting waiting = new Fixture.Waiting(() -> client.chat().create(HI));
        server.awaitRequest(0, LONG);
        waiting.interrupt();
        assertThat(waiting.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(waiting.interruptedWhenThrown()).isTrue();
    }

    private Duration elapsedOfCompletion() {
        long start = System.nanoTime();
        assertThat(client.chat().create(HI).text()).isEqualTo("a");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Script failure(int status) {
        return Script.error(status, "server_error", "failed");
    }

    private static Script soon(Script script) {
        return script.header("retry-after-ms", "1");
    }

    /** The connection is closed before a byte of the response. */
    private static Script unanswered() {
        return Script.plain().headWithBody().close();
    }
}
