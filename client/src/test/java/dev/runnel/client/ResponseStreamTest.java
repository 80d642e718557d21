package dev.runnel.client;

import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.consumed;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.ResponseScripts.LOG;
import static dev.runnel.client.ResponseScripts.changed;
import static dev.runnel.client.ResponseScripts.events;
import static dev.runnel.client.ResponseScripts.json;
import static dev.runnel.client.ResponseScripts.response;
import static dev.runnel.client.ResponseScripts.said;
import static dev.runnel.client.ResponseScripts.stream;
import static dev.runnel.client.ResponseScripts.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Reading the stream of a response. */
@Timeout(180)
class ResponseStreamTest {
    private static final ResponseRequest REQUEST = ResponseRequest.builder("m", "Hi").build();
    private static final ResponseEvent FAILED = new ResponseEvent.Changed("response.failed", 1, response(
            "resp_1", "failed", ""));

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void eventsComeOneByOneAndTheResponseGrows(Via via) {
        server.enqueue(stream(LOG));
        try (RunnelClient over = clientOf(server).transport(via.transport()).build();
                ResponseStream stream = over.responses().stream(REQUEST)) {
            assertThat(stream.responseId()).isEmpty();
            assertThat(stream.lastSequenceNumber()).isEqualTo(-1);
            for (int i = 0; i < 5; i++) {
                assertThat(take(stream)).isEqualTo(LOG[i]);
            }
            assertThat(stream.responseId()).contains("resp_1");
            assertThat(stream.lastSequenceNumber()).isEqualTo(4);
            assertThat(stream.response().map(ResponseObject::outputText)).contains("Hello");
            assertThat(stream.finalResponse()).isEqualTo(response("resp_1", "completed", said("Hello!")));
        }
        assertThat(server.requests().get(0).path()).isEqualTo("/v1/responses");
        assertThat(server.requests().get(0).json().toString())
                .isEqualTo("{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}");
        assertThat(server.requests().get(0).headers()).doesNotContainKey("OpenAI-Beta");
    }

    @Test
    void theTextComesAsItIsWritten() {
        server.enqueue(stream(LOG));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            assertThat(stream.textDeltas()).containsExactly("Hel", "lo", "!");
        }
    }

    @Test
    void aServerMayEndTheBodyInsteadOfMarkingTheEnd() {
        server.enqueue(events(Script.sse(), LOG), events(Script.sse(), LOG[0], LOG[1]));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            assertThat(stream).containsExactly(LOG);
        }
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::finalResponse);
            assertThat(broken).hasMessageContaining("before the response ended");
            assertThat(broken.lastEventId()).isEqualTo(1);
            assertThat(stream.responseId()).contains("resp_1");
        }
    }

    @Test
    void numbersInTheDataCountWhereTheServerSendsNoIds() {
        server.enqueue(Script.sse().raw("""
                data: {"type":"response.created","sequence_number":0,"response":%s}

                data: {"type":"response.new.thing","sequence_number":3,"a":1}

                """.formatted(json("resp_1", "in_progress", ""))).close());
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            take(stream);
            assertThat(take(stream)).isInstanceOfSatisfying(ResponseEvent.Unknown.class,
                    event -> assertThat(event.json().get("a").toJava()).isEqualTo(1L));
            assertThat(stream.lastSequenceNumber()).isEqualTo(3);
        }
    }

    @Test
    void anErrorInTheStreamIsAnException() {
        server.enqueue(events(Script.sse(), LOG[0], new ResponseEvent.Failed(
                "error", 1, "server_error", "cannot be read", null)));
        try (ResponseStream stream = client.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(3))) {
            take(stream);
            ApiException error = catchThrowableOfType(ApiException.class, stream::next);
            assertThat(error).hasMessage("cannot be read");
            assertThat(error.error().code()).isEqualTo("server_error");
        }
    }

    @Test
    void anEventThatIsNotReadableBreaksTheStream() {
        server.enqueue(events(Script.sse(), LOG[0]).raw("event: response.output_text.delta\ndata: {\"a\n\n"));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            take(stream);
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("response.output_text.delta is not readable");
        }
    }

    @Test
    void aFailedResponseIsAnExceptionWhereItsTextIsRead() throws Exception {
        server.answer(request -> stream(LOG[0], FAILED));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            assertThatThrownBy(() -> stream.textDeltas().forEach(text -> {}))
                    .isInstanceOf(ResponseFailedException.class).hasMessage("the response resp_1 failed");
            assertThat(stream.finalResponse().status()).isEqualTo(ResponseStatus.FAILED);
        }
        RunOptions lenient = RunOptions.DEFAULT.withRunFailuresThrown(false);
        try (ResponseStream stream = client.responses().stream(REQUEST, lenient)) {
            assertThat(stream.textDeltas()).isEmpty();
        }
        assertThat(consumed(client.responses().publish(REQUEST, RunOptions.DEFAULT), event -> {}))
                .isInstanceOf(ResponseFailedException.class);
        assertThat(consumed(client.responses().publish(REQUEST, lenient), event -> {})).isEqualTo("complete");
        assertThat(client.responses().streamAsync(REQUEST, RunOptions.DEFAULT, event -> {}))
                .failsWithin(Fixture.LONG).withThrowableThat().withCauseInstanceOf(ResponseFailedException.class);
    }

    @Test
    void aFutureHasTheResponseAndAPublisherItsEvents() throws Exception {
        server.answer(request -> stream(LOG));
        List<ResponseEvent> events = new ArrayList<>();
        CompletableFuture<ResponseObject> future = client.responses()
                .streamAsync(REQUEST, RunOptions.DEFAULT, events::add);
        assertThat(future.get(1, TimeUnit.MINUTES).outputText()).isEqualTo("Hello!");
        assertThat(events).containsExactly(LOG);
        events.clear();
        assertThat(consumed(client.responses().publish(REQUEST, RunOptions.DEFAULT), events::add))
                .isEqualTo("complete");
        assertThat(events).containsExactly(LOG);
    }

    @Test
    void cancellingAFutureClosesTheConnection() throws Exception {
        server.enqueue(events(Script.sse(), LOG[0], LOG[1]).stall());
        CompletableFuture<ResponseEvent> begun = new CompletableFuture<>();
        CompletableFuture<ResponseObject> future = client.responses()
                .streamAsync(REQUEST, RunOptions.DEFAULT, begun::complete);
        begun.get(1, TimeUnit.MINUTES);
        future.cancel(true);
        assertThat(server.requests().get(0).awaitDisconnect(Fixture.LONG)).isTrue();
    }

    @Test
    void aStreamIsCancelledByItsId() {
        server.enqueue(events(Script.sse(), LOG[0]).stall(),
                Script.json(200, json("resp_1", "cancelled", "")));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            assertThatThrownBy(stream::cancel).isInstanceOf(IllegalStateException.class);
            take(stream);
            assertThat(stream.cancel().status()).isEqualTo(ResponseStatus.CANCELLED);
        }
        assertThat(server.requests().get(1).path()).isEqualTo("/v1/responses/resp_1/cancel");
    }

    @Test
    void itemsThatThisVersionDoesNotKnowAreKept() {
        String search = "{\"id\":\"ws_1\",\"type\":\"web_search_call\",\"action\":{\"query\":\"rain\"}}";
        server.enqueue(stream(LOG[0], changed("completed", 1, "completed", search + "," + said("Wet."))));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            ResponseObject response = stream.finalResponse();
            assertThat(response.output()).extracting(ResponseItem::type).containsExactly("web_search_call", "message");
            assertThat(response.outputText()).isEqualTo("Wet.");
        }
    }

    @Test
    void aDeltaOfAnotherPartIsNoText() {
        server.enqueue(stream(LOG[0], new ResponseEvent.PartDelta(
                "response.reasoning_text.delta", 1, "rs_1", 0, 0, "hm"), text(2, "so"),
                changed("completed", 3, "completed", said("so"))));
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            assertThat(stream.textDeltas()).containsExactly("so");
        }
    }
}
