package dev.runnel.client;

import dev.runnel.client.Fixture.Waiting;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.RunScripts.after;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.run;
import static dev.runnel.client.RunScripts.runJson;
import static dev.runnel.client.RunScripts.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Going on with a run's stream: by hand from a position, and by itself over breaks. */
@Timeout(180)
class ResumeTest {
    private static final RunRequest REQUEST = RunRequest.builder("asst_1").build();
    private static final RunEvent[] LOG = {
        run("queued"), run("in_progress"), text("Hel"), text("lo"), text("!"), run("completed")};
    private static final String THREAD = "{\"id\":\"thread_1\",\"object\":\"thread\",\"created_at\":1}";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> gets = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 5, 6})
    void whatWasTakenIsNotHandedOutAgainButFolded(long taken) {
        answerGets(get -> after(startingAfter(get), LOG));
        try (RunStream stream = client.runs().resume(at(taken))) {
            assertThat(stream.position()).contains(at(taken));
            List<RunEvent> events = new ArrayList<>();
            stream.forEach(events::add);
            assertThat(events).containsExactly(List.of(LOG).subList((int) taken, LOG.length).toArray(RunEvent[]::new));
            assertThat(stream.position()).contains(at(6));
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("Hello!");
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
        }
        assertThat(gets).containsExactly("/v1/threads/thread_1/runs/run_1?stream=true&starting_after=0");
    }

    @Test
    void thePositionMovesOnlyWithWhatWasHandedOut() {
        answerGets(get -> after(startingAfter(get), LOG));
        try (RunStream stream = client.runs().resume(at(3))) {
            assertThat(take(stream)).isEqualTo(text("lo"));
            assertThat(stream.position()).contains(at(4));
        }
    }

    @Test
    void itIsReattachedAfterTheTimeThatTheStreamAskedFor() {
        server.enqueue(events(Script.sse().raw("retry: 1500\n\n"), 1, LOG[0], LOG[1]).close());
        answerGets(get -> after(startingAfter(get), LOG));
        long start = System.nanoTime();
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).containsExactly(LOG);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void aBreakInTheMiddleIsGotOverWithoutALossOrARepetition() {
        server.enqueue(events(Script.sse(), 1, LOG[0], LOG[1], LOG[2]).close());
        AtomicInteger asked = new AtomicInteger();
        answerGets(get -> asked.getAndIncrement() == 0
                ? events(Script.sse(), startingAfter(get) + 1, LOG[3]).close()
                : after(startingAfter(get), LOG));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).containsExactly(LOG);
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("Hello!");
            assertThat(stream.position()).contains(at(6));
        }
        assertThat(server.requests()).as("creations").hasSize(1);
        assertThat(gets).containsExactly("/v1/threads/thread_1/runs/run_1?stream=true&starting_after=3",
                "/v1/threads/thread_1/runs/run_1?stream=true&starting_after=4");
    }

    @Test
    void aBreakWhileThePastIsReadAgainIsGotOverToo() {
        AtomicInteger asked = new AtomicInteger();
        answerGets(get -> asked.getAndIncrement() == 0
                ? events(Script.sse(), 1, LOG[0], LOG[1]).close()
                : after(startingAfter(get), LOG));
        try (RunStream stream = client.runs().resume(at(4), RunOptions.DEFAULT.withAutoResume(2))) {
            assertThat(stream).containsExactly(LOG[4], LOG[5]);
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("Hello!");
        }
        assertThat(gets.get(1)).endsWith("starting_after=2");
    }

    @Test
    void aBreakBeforeTheFirstEventSendsTheCreationAgainUnderItsKey() {
        server.enqueue(Script.sse().close(), Script.sse().raw("id: 1\nevent: thread.created\ndata: " + THREAD + "\n\n")
                .close(),
                Script.sse().raw("id: 1\nevent: thread.created\ndata: " + THREAD + "\n\n")
                        .raw(eventText(2, run("queued"))).raw(eventText(3, run("completed")))
                        .raw("event: done\ndata: [DONE]\n\n"));
        try (RunnelClient keyed = clientOf(server).idempotencyKeys(true).build();
                RunStream stream = keyed.runs().streamWithThread(REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).extracting(RunEvent::name)
                    .containsExactly("thread.created", "thread.run.queued", "thread.run.completed");
            assertThat(stream.position()).contains(at(3));
        }
        assertThat(server.requests()).hasSize(3).extracting(request -> request.headers().get("Idempotency-Key"))
                .doesNotContainNull().containsOnly(server.requests().get(0).headers().get("Idempotency-Key"));
    }

    @Test
    void withoutAKeyABreakBeforeTheFirstEventIsFinal() {
        server.enqueue(Script.sse().close());
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(5))) {
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken.position()).isEmpty();
            assertThatThrownBy(stream::next).as("the second time").isSameAs(broken);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aStreamThatHasFailedStaysSo() {
        server.enqueue(events(Script.sse(), 1, LOG[0]).close());
        answerGets(get -> after(startingAfter(get), LOG));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            take(stream);
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThatThrownBy(stream::next).isSameAs(broken);
            assertThatThrownBy(stream::finalRun).isSameAs(broken);
            assertThat(stream.position()).contains(at(1));
        }
        assertThat(gets).isEmpty();
    }

    @Test
    void aServerThatIsGoneForAWhileIsWaitedFor() {
        server.enqueue(events(Script.sse(), 1, LOG[0], LOG[1], LOG[2]).close());
        AtomicInteger asked = new AtomicInteger();
        answerGets(get -> switch (asked.getAndIncrement()) {
            case 0 -> Script.plain().headWithBody().close();
            case 1 -> Script.error(503, "server_error", "starting").header("retry-after-ms", "1");
            default -> after(startingAfter(get), LOG);
        });
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(3))) {
            assertThat(stream).containsExactly(LOG);
        }
        assertThat(gets).hasSize(3);
    }

    @Test
    void afterSoManyTriesInARowItGivesUp() {
        server.enqueue(events(Script.sse(), 1, LOG[0], LOG[1]).close());
        answerGets(get -> Script.plain().headWithBody().close());
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(2))) {
            take(stream);
            take(stream);
            ConnectionException last = catchThrowableOfType(ConnectionException.class, stream::next);
            assertThat(stream.position()).contains(at(2));
            assertThat(gets).hasSize(2);
            assertThatThrownBy(stream::next).isSameAs(last);
        }
        assertThat(gets).hasSize(2);
    }

    @Test
    void triesAreCountedAnewAfterEachEvent() {
        server.enqueue(events(Script.sse(), 1, LOG[0]).close());
        answerGets(get -> {
            int next = (int) startingAfter(get);
            return next == LOG.length - 1
                    ? after(next, LOG)
                    : events(Script.sse(), next + 1, LOG[next]).close();
        });
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).containsExactly(LOG);
        }
        assertThat(gets).hasSize(5);
    }

    @Test
    void whatIsNoBreakIsNotGotOver() {
        server.enqueue(events(Script.sse(), 1, LOG[0]).raw("event: error\ndata: {\"message\":\"no\"}\n\n"));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(5))) {
            take(stream);
            assertThatThrownBy(stream::next).isInstanceOf(ApiException.class).hasMessage("no");
        }
        server.enqueue(events(Script.sse(), 1, LOG[0]).close());
        answerGets(get -> Script.error(404, "invalid_request_error", "No run found"));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(5))) {
            take(stream);
            assertThatThrownBy(stream::next).isInstanceOf(ApiException.class).hasMessageContaining("No run found");
        }
        assertThat(gets).hasSize(1);
    }

    @Test
    void closingFromAnotherThreadEndsTheWaitForTheServer() throws InterruptedException {
        server.enqueue(events(Script.sse(), 1, LOG[0]).close());
        answerGets(get -> Script.silent());
        RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(5));
        take(stream);
        Waiting reader = new Waiting(stream::next);
        awaitGet();
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(reader.interruptedWhenThrown()).as("the interrupt was the stream's own").isFalse();
    }

    @Test
    void closingTheClientEndsTheWaitBeforeTheNextTry() throws InterruptedException {
        server.enqueue(events(Script.sse(), 1, LOG[0]).close());
        answerGets(get -> Script.error(503, "server_error", "later").header("retry-after", "50"));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(5))) {
            take(stream);
            Waiting reader = new Waiting(stream::next);
            awaitGet();
            client.close();
            assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 410})
    void whereThereIsNoStreamTheRunIsReadAsObjectsUntilItRests(int status) {
        AtomicInteger looks = new AtomicInteger();
        answerGets(get -> {
            if (get.path().contains("stream=true")) {
                return notAStream(status);
            }
            int look = get.path().endsWith("/run_1") ? looks.incrementAndGet() : looks.get();
            return objects(get, look);
        });
        try (RunStream stream = client.runs().resume(at(7))) {
            assertThat(stream).extracting(RunEvent::name).containsExactly("thread.run.in_progress",
                    "thread.message.in_progress", "thread.run.step.completed", "thread.message.completed",
                    "thread.run.completed");
            assertThat(stream.fold().run().map(Run::status)).contains(RunStatus.COMPLETED);
            assertThat(stream.finalMessages()).extracting(Message::text).containsExactly("Hello!");
            assertThat(stream.finalSteps()).hasSize(1);
            assertThat(stream.position()).as("which does not go back").contains(at(7));
        }
        assertThat(looks).hasValue(4);
    }

    @Test
    void aBreakOnAServerWithoutResumeGoesOnWithObjectsUpToTheSameSnapshots() {
        server.enqueue(events(Script.sse(), 1, run("in_progress"), text("Hel")).close());
        answerGets(get -> get.path().contains("stream=true") ? notAStream(200) : objects(get, 4));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).extracting(RunEvent::name).containsExactly("thread.run.in_progress",
                    "thread.message.delta", "thread.run.step.completed", "thread.message.completed",
                    "thread.run.completed");
            assertThat(stream.finalMessages()).extracting(Message::text).containsExactly("Hello!");
        }
    }

    @Test
    void aLookThatFailsIsMadeAgain() {
        AtomicInteger messages = new AtomicInteger();
        answerGets(get -> {
            if (get.path().contains("stream=true")) {
                return notAStream(200);
            }
            boolean fails = get.path().contains("/messages") && messages.getAndIncrement() == 0;
            return fails ? Script.error(500, "server_error", "no").header("retry-after-ms", "1") : objects(get, 4);
        });
        try (RunStream stream = client.runs().resume(at(0), RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).extracting(RunEvent::name).containsExactly("thread.run.step.completed",
                    "thread.message.completed", "thread.run.completed");
        }
        messages.set(0);
        try (RunStream stream = client.runs().resume(at(0))) {
            assertThatThrownBy(stream::finalRun).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void closingEndsTheWaitBetweenTwoLooks() throws InterruptedException {
        answerGets(get -> get.path().contains("stream=true") ? notAStream(200) : objects(get, 1));
        RunStream stream = client.runs().resume(at(0));
        take(stream);
        Waiting reader = new Waiting(stream::next);
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(reader.interruptedWhenThrown()).isFalse();
    }

    /** A run that is looked at for the n-th time: it writes a message, changes nothing for one look, and ends. */
    private static Script objects(RecordedRequest get, int look) {
        String message = """
                {"id":"msg_1","object":"thread.message","created_at":1,"thread_id":"thread_1","run_id":"run_1",\
                "status":"%s","role":"assistant","content":[{"type":"text","text":{"value":"%s","annotations":[]}}]}""";
        String step = """
                {"id":"step_1","object":"thread.run.step","created_at":1,"run_id":"run_1","assistant_id":"asst_1",\
                "thread_id":"thread_1","type":"message_creation","status":"completed",\
                "step_details":{"type":"message_creation","message_creation":{"message_id":"msg_1"}}}""";
        if (get.path().contains("/steps?")) {
            return page(look < 4 ? "" : step);
        } else if (get.path().contains("/messages?")) {
            return page(look < 2 ? ""
                    : look < 4 ? message.formatted("in_progress", "Hel")
                            : message.formatted("completed", "Hello!"));
        }
        return Script.json(200, runJson(look < 4 ? "in_progress" : "completed"));
    }

    private static Script page(String object) {
        return Script.json(200, "{\"object\":\"list\",\"data\":[" + object + "],\"has_more\":false}");
    }

    private static Script notAStream(int status) {
        return status == 200
                ? Script.json(200, runJson("in_progress"))
                : status == 204
                        ? Script.json(204, "")
                        : Script.error(status, "invalid_request_error", "the events are gone");
    }

    private static String eventText(long number, RunEvent event) {
        return "id: " + number + "\nevent: " + event.name() + "\ndata: "
                + new String(RunEvents.encode(event), UTF_8) + "\n\n";
    }

    private void answerGets(Function<RecordedRequest, Script> answer) {
        server.answerOthers(get -> {
            gets.add(get.path());
            return answer.apply(get);
        });
    }

    private void awaitGet() throws InterruptedException {
        Await.until("a GET arrives", () -> !gets.isEmpty());
    }

    private static long startingAfter(RecordedRequest get) {
        return Long.parseLong(get.path().replaceAll(".*starting_after=", ""));
    }

    private static Position at(long number) {
        return new Position("thread_1", "run_1", number);
    }
}
