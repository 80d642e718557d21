package dev.runnel.client;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.RunScripts.runJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Creating, reading and waiting for objects. */
@Timeout(180)
class ObjectsTest {
    private static final String EMPTY_PAGE = """
            {"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();
    private final List<RecordedRequest> gets = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void modelsAreListed() {
        server.models("a", "b/c:d");
        assertThat(client.models().list()).extracting(ModelInfo::id).containsExactly("a", "b/c:d");
    }

    @Test
    void aNullInAPageIsLeftOut() {
        String assistant = "{\"id\":\"asst_1\",\"object\":\"assistant\",\"created_at\":1,\"model\":\"m\"}";
        server.answerOthers(request -> Script.json(200, "{\"object\":\"list\",\"data\":[null," + assistant + "]}"));
        assertThat(client.assistants().list().page().data()).hasSize(1);
    }

    @Test
    void anAssistantIsCreatedAndRead() {
        String json = "{\"id\":\"asst_1\",\"object\":\"assistant\",\"created_at\":1,\"model\":\"m\"}";
        server.enqueue(Script.json(200, json));
        Assistant created = client.assistants().create(AssistantRequest.builder("m").name("n").build());
        assertThat(created.id()).isEqualTo("asst_1");
        assertThat(server.requests().get(0).path()).isEqualTo("/v1/assistants");
        assertThat(server.requests().get(0).json().toString()).isEqualTo("{\"model\":\"m\",\"name\":\"n\"}");
        answerGets(json);
        assertThat(client.assistants().get("asst_1")).isEqualTo(created);
        assertThat(gets.get(0).path()).isEqualTo("/v1/assistants/asst_1");
    }

    @Test
    void aThreadIsCreatedAndAMessageAdded() {
        server.enqueue(Script.json(200, "{\"id\":\"thread_1\",\"object\":\"thread\",\"created_at\":1}"),
                Script.json(200, """
                        {"id":"msg_1","object":"thread.message","created_at":1,"thread_id":"thread_1","role":"user",
                        "content":[{"type":"text","text":{"value":"Hi"}}]}"""));
        assertThat(client.threads().create(ThreadRequest.of()).id()).isEqualTo("thread_1");
        Message message = client.messages().create("thread_1", MessageRequest.user("Hi"));
        assertThat(message.text()).isEqualTo("Hi");
        assertThat(server.requests()).extracting(RecordedRequest::path)
                .containsExactly("/v1/threads", "/v1/threads/thread_1/messages");
        assertThat(server.requests().get(1).json().toString()).isEqualTo("{\"role\":\"user\",\"content\":\"Hi\"}");
    }

    @Test
    void pagesAreRead() {
        answerGets("""
                {"object":"list","data":[{"id":"msg_2","role":"assistant","thread_id":"thread_1","content":[]}],
                "first_id":"msg_2","last_id":"msg_2","has_more":true}""", EMPTY_PAGE, EMPTY_PAGE);
        Page<Message> page = client.messages().ofRun("thread_1", "run_1").page();
        assertThat(page.data()).extracting(Message::id).containsExactly("msg_2");
        assertThat(page.lastId()).isEqualTo("msg_2");
        assertThat(page.hasMore()).isTrue();
        assertThat(client.messages().list("thread_1").page().firstId()).isNull();
        Page<RunStep> steps = client.runs().steps("thread_1", "run_1").page();
        assertThat(steps.data()).isEmpty();
        assertThat(gets).extracting(RecordedRequest::path).containsExactly(
                "/v1/threads/thread_1/messages?run_id=run_1&limit=20&order=desc",
                "/v1/threads/thread_1/messages?limit=20&order=desc",
                "/v1/threads/thread_1/runs/run_1/steps?limit=20&order=desc");
    }

    @Test
    void aRunIsCreatedWithoutAStreamAndCancelledWithoutABody() {
        server.enqueue(Script.json(200, runJson("queued")), Script.json(200, runJson("queued")),
                Script.json(200, runJson("cancelling")));
        RunRequest request = RunRequest.builder("asst_1").build();
        assertThat(client.runs().create("thread_1", request).status()).isEqualTo(RunStatus.QUEUED);
        assertThat(client.runs().createWithThread(request).id()).isEqualTo("run_1");
        assertThat(client.runs().cancel("thread_1", "run_1").status()).isEqualTo(RunStatus.CANCELLING);
        assertThat(server.requests()).extracting(RecordedRequest::path).containsExactly("/v1/threads/thread_1/runs",
                "/v1/threads/runs", "/v1/threads/thread_1/runs/run_1/cancel");
        assertThat(server.requests().get(0).json().path("stream").asBoolean(true)).isFalse();
        assertThat(server.requests().get(2).body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"requires_action", "completed", "failed", "cancelled", "expired", "incomplete"})
    void waitingEndsWhenTheRunIsAtRest(String status) {
        answerGets(runJson("queued"), runJson("in_progress"), runJson(status));
        Run run = client.runs().await("thread_1", "run_1");
        assertThat(run.status().wire()).isEqualTo(status);
        assertThat(gets).hasSize(3).allMatch(get -> get.path().equals("/v1/threads/thread_1/runs/run_1"));
    }

    @Test
    void anInterruptEndsTheWaitForARun() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(2);
        server.answerOthers(request -> {
            looked.countDown();
            return Script.json(200, runJson("in_progress"));
        });
        Fixture.Waiting waiting = new Fixture.Waiting(() -> client.runs().await("thread_1", "run_1"));
        looked.await();
        waiting.interrupt();
        assertThat(waiting.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(waiting.interruptedWhenThrown()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Sign in</html>", "[]", "{\"id\":"})
    void anAnswerOfAnotherKindIsAnErrorThatQuotesIt(String body) {
        answerGets(body);
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.threads().get("thread_1"));
        assertThat(error).hasMessage("the answer has an unexpected form: " + body);
    }

    @Test
    void anEntryOfAPageThatIsNotReadableIsAFailureOfTheFamily() {
        answerGets("{\"data\":[{\"id\":\"msg_1\",\"content\":7}]}");
        assertThatThrownBy(() -> client.messages().list("thread_1").page()).isInstanceOf(RunnelException.class)
                .hasMessageContaining("the answer has an unexpected form");
    }

    @Test
    void whatIsNotThereIsAnError() {
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.threads().get("thread_1"));
        assertThat(error.status()).isEqualTo(404);
    }

    private void answerGets(String... bodies) {
        server.answerOthers(request -> {
            gets.add(request);
            return Script.json(200, bodies[Math.min(gets.size(), bodies.length) - 1]);
        });
    }
}
