package dev.runnel.client;

import dev.runnel.client.Fixture.Waiting;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
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
import static dev.runnel.client.ResponseScripts.LOG;
import static dev.runnel.client.ResponseScripts.after;
import static dev.runnel.client.ResponseScripts.events;
import static dev.runnel.client.ResponseScripts.json;
import static dev.runnel.client.ResponseScripts.said;
import static dev.runnel.client.ResponseScripts.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Going on with a response's stream: by hand after a number, and by itself over breaks. */
@Timeout(180)
class ResponseResumeTest {
    private static final ResponseRequest REQUEST = ResponseRequest.builder("m", "Hi").build();
    private static final String ALL = "/v1/responses/resp_1?stream=true";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> gets = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 3, 5, 6})
    void whatWasTakenIsNotHandedOutAgainButFolded(long taken) {
        answerGets(get -> after(startingAfter(get), LOG));
        try (ResponseStream stream = client.responses().resume("resp_1", taken)) {
            assertThat(stream.lastSequenceNumber()).isEqualTo(taken);
            List<ResponseEvent> events = new ArrayList<>();
            stream.forEach(events::add);
            assertThat(events)
                    .containsExactly(List.of(LOG).subList((int) taken + 1, LOG.length).toArray(ResponseEvent[]::new));
            assertThat(stream.lastSequenceNumber()).isEqualTo(6);
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello!");
        }
        assertThat(gets).containsExactly(ALL);
    }

    @Test
    void aNumberBelowTheLowestIsRefusedBeforeAnyRequest() {
        assertThatThrownBy(() -> client.responses().resume("resp_1", -2)).isInstanceOf(IllegalArgumentException.class);
        assertThat(gets).isEmpty();
    }

    @Test
    void aBreakInTheMiddleIsGotOverWithoutALossOrARepetition() {
        server.enqueue(events(Script.sse(), LOG[0], LOG[1], LOG[2], LOG[3]).close());
        AtomicInteger asked = new AtomicInteger();
        answerGets(get -> asked.getAndIncrement() == 0
                ? events(Script.sse(), LOG[(int) startingAfter(get) + 1]).close()
                : after(startingAfter(get), LOG));
        try (ResponseStream stream = client.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).containsExactly(LOG);
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello!");
        }
        assertThat(server.requests()).as("creations").hasSize(1);
        assertThat(gets).containsExactly(ALL + "&starting_after=3", ALL + "&starting_after=4");
    }

    @Test
    void aBreakAtEachEventIsGotOver() {
        server.enqueue(events(Script.sse(), LOG[0]).close());
        answerGets(get -> {
            int next = (int) startingAfter(get) + 1;
            return next == LOG.length - 1
                    ? after(next - 1, LOG)
                    : events(Script.sse(), LOG[next]).close();
        });
        try (ResponseStream stream = client.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).containsExactly(LOG);
        }
        assertThat(gets).hasSize(LOG.length - 1);
    }

    @Test
    void aBreakWhileThePastIsReadAgainIsGotOverToo() {
        AtomicInteger asked = new AtomicInteger();
        answerGets(get -> asked.getAndIncrement() == 0
                ? events(Script.sse(), LOG[0], LOG[1]).close()
                : after(startingAfter(get), LOG));
        try (ResponseStream stream = client.responses().resume("resp_1", 4, RunOptions.DEFAULT.withAutoResume(2))) {
            assertThat(stream).containsExactly(LOG[5], LOG[6]);
        }
        assertThat(gets).containsExactly(ALL, ALL + "&starting_after=1");
    }

    @Test
    void aServerThatRepeatsEventsDoesNotRepeatThemToTheReader() {
        server.enqueue(events(Script.sse(), LOG[0], LOG[1], LOG[2]).close());
        answerGets(get -> stream(LOG));
        List<ResponseEvent> events = new ArrayList<>();
        try (ResponseStream stream = client.responses().resume("resp_1", 2)) {
            stream.forEach(events::add);
        }
        assertThat(events).containsExactly(LOG[3], LOG[4], LOG[5], LOG[6]);
    }

    @Test
    void aBreakBeforeTheFirstEventSendsTheCreationAgainUnderItsKey() {
        server.enqueue(Script.sse().close(), stream(LOG));
        try (RunnelClient keyed = clientOf(server).idempotencyKeys(true).build();
                ResponseStream stream = keyed.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(1))) {
            assertThat(stream).containsExactly(LOG);
        }
        assertThat(server.requests()).hasSize(2).extracting(request -> request.headers().get("Idempotency-Key"))
                .doesNotContainNull().containsOnly(server.requests().get(0).headers().get("Idempotency-Key"));
    }

    @Test
    void withoutAKeyABreakBeforeTheFirstEventIsFinal() {
        server.enqueue(Script.sse().close());
        try (ResponseStream stream = client.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(5))) {
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken.lastEventId()).isEqualTo(-1);
            assertThatThrownBy(stream::next).as("the second time").isSameAs(broken);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aResponseThatIsNotStoredCannotBeReadOn() {
        server.enqueue(events(Script.sse(), LOG[0], LOG[1]).close());
        ResponseRequest request = REQUEST.toBuilder().store(false).build();
        try (ResponseStream stream = client.responses().stream(request, RunOptions.DEFAULT.withAutoResume(5))) {
            assertThatThrownBy(stream::finalResponse).isInstanceOf(BrokenStreamException.class);
        }
        assertThat(gets).isEmpty();
    }

    @Test
    void afterSoManyTriesInARowItGivesUp() {
        server.enqueue(events(Script.sse(), LOG[0], LOG[1]).close());
        answerGets(get -> Script.plain().headWithBody().close());
        try (ResponseStream stream = client.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(2))) {
            take(stream);
            take(stream);
            ConnectionException last = catchThrowableOfType(ConnectionException.class, stream::next);
            assertThat(gets).hasSize(2);
            assertThatThrownBy(stream::next).isSameAs(last);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 410})
    void whereThereIsNoStreamTheResponseIsReadAsAnObjectUntilItEnds(int status) {
        AtomicInteger looks = new AtomicInteger();
        answerGets(get -> get.path().contains("stream=true")
                ? status == 200
                        ? Script.json(200, json("resp_1", "in_progress", ""))
                        : status == 204 ? Script.json(204, "") : Script.error(status, "invalid_request_error", "gone")
                : looks.incrementAndGet() < 3
                        ? Script.json(200, json("resp_1", "in_progress", ""))
                        : Script.json(200, json("resp_1", "cancelled", said("Hel"))));
        try (ResponseStream stream = client.responses().resume("resp_1", 3)) {
            assertThat(stream).extracting(ResponseEvent::type)
                    .containsExactly("response.in_progress", "response.incomplete");
            assertThat(stream.response().map(ResponseObject::status)).contains(ResponseStatus.CANCELLED);
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hel");
            assertThat(stream.lastSequenceNumber()).as("which does not go back").isEqualTo(3);
        }
        assertThat(looks).hasValue(3);
    }

    @Test
    void closingFromAnotherThreadEndsTheWaitForTheServer() throws InterruptedException {
        server.enqueue(events(Script.sse(), LOG[0]).close());
        answerGets(get -> Script.silent());
        ResponseStream stream = client.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(5));
        take(stream);
        Waiting reader = new Waiting(stream::next);
        Await.until("a GET arrives", () -> !gets.isEmpty());
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(reader.interruptedWhenThrown()).as("the interrupt was the stream's own").isFalse();
    }

    private void answerGets(Function<RecordedRequest, Script> answer) {
        server.answerOthers(get -> {
            gets.add(get.path());
            return answer.apply(get);
        });
    }

    private static long startingAfter(RecordedRequest get) {
        return get.path().contains("starting_after=")
                ? Long.parseLong(get.path().replaceAll(".*starting_after=", ""))
                : -1;
    }
}
