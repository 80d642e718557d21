package dev.runnel.client;

import dev.runnel.protocol.responses.ConversationObject;
import dev.runnel.protocol.responses.InputItem;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.ResponseScripts.item;
import static dev.runnel.client.ResponseScripts.json;
import static dev.runnel.client.ResponseScripts.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Responses and conversations as objects. */
@Timeout(180)
class ResponseObjectsTest {
    private static final ResponseRequest REQUEST = ResponseRequest.builder("m", "Hi").build();
    private static final String CONVERSATION = """
            {"id":"conv_1","object":"conversation","created_at":1,"metadata":{"a":"b"}}""";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> others = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void answerOthers(String... answers) {
        server.answerOthers(request -> {
            others.add(request.method() + " " + request.path());
            return Script.json(200, answers[Math.min(others.size(), answers.length) - 1]);
        });
    }

    private static String page(String items, boolean more) {
        return "{\"object\":\"list\",\"data\":[" + items
                + "],\"first_id\":\"msg_1\",\"last_id\":\"msg_1\",\"has_more\":"
                + more + "}";
    }

    private String sent(int request) {
        RecordedRequest sent = server.requests().get(request);
        return sent.path() + " " + sent.json();
    }

    @Test
    void aResponseIsMadeInTheBackgroundAndAwaited() {
        server.enqueue(Script.json(200, json("resp_1", "queued", "")));
        answerOthers(json("resp_1", "in_progress", ""), json("resp_1", "completed", said("Hello")));
        assertThat(client.responses().background(REQUEST).status()).isEqualTo(ResponseStatus.QUEUED);
        assertThat(sent(0)).isEqualTo(
                "/v1/responses {\"model\":\"m\",\"input\":\"Hi\",\"background\":true,\"stream\":false}");
        assertThat(client.responses().await("resp_1").outputText()).isEqualTo("Hello");
        assertThat(others).containsExactly("GET /v1/responses/resp_1", "GET /v1/responses/resp_1");
    }

    @Test
    void aResponseIsCancelledDeletedAndItsInputListed() {
        server.enqueue(Script.json(200, json("resp_1", "cancelled", "")));
        assertThat(client.responses().cancel("resp_1").status()).isEqualTo(ResponseStatus.CANCELLED);
        answerOthers(page(said("Hi"), true), page("", false),
                "{\"id\":\"resp_1\",\"object\":\"response\",\"deleted\":true}");
        assertThat(client.responses().inputItems("resp_1").oldestFirst()).containsExactly(item(said("Hi")));
        assertThat(client.responses().delete("resp_1").deleted()).isTrue();
        assertThat(others).containsExactly(
                "GET /v1/responses/resp_1/input_items?limit=20&order=asc",
                "GET /v1/responses/resp_1/input_items?limit=20&order=asc&after=msg_1",
                "DELETE /v1/responses/resp_1");
    }

    @Test
    void tokensAreCountedWithoutWhatDoesNotMatterForThem() {
        server.enqueue(Script.json(200, "{\"object\":\"response.input_tokens\",\"input_tokens\":12}"));
        ResponseRequest request = REQUEST.toBuilder().instructions("Be brief.").store(false).stream(true)
                .metadata(Map.of("a", "b")).build();
        assertThat(client.responses().inputTokens(request)).isEqualTo(12);
        assertThat(sent(0)).isEqualTo(
                "/v1/responses/input_tokens {\"model\":\"m\",\"input\":\"Hi\",\"instructions\":\"Be brief.\"}");
    }

    @Test
    void futuresHaveWholeResponses() throws Exception {
        server.answer(request -> Script.json(200, json("resp_1", "completed", said("Hello"))));
        assertThat(client.responses().createAsync(REQUEST).get(1, TimeUnit.MINUTES).outputText()).isEqualTo("Hello");
        assertThat(client.responses().createAsync(REQUEST, RunOptions.DEFAULT).get(1, TimeUnit.MINUTES).id())
                .isEqualTo("resp_1");
    }

    @Test
    void aCreationWithoutAnAnswerIsSentAgainOnlyWithAKey() {
        server.enqueue(Script.plain().headWithBody().close());
        try (RunnelClient retrying = clientOf(server).maxRetries(1).build()) {
            assertThat(catchThrowableOfType(ConnectionException.class, () -> retrying.responses().create(REQUEST))
                    .isRetrySafe()).isFalse();
        }
        server.enqueue(Script.plain().headWithBody().close(), Script.json(200, json("resp_1", "completed", "")));
        try (RunnelClient keyed = clientOf(server).maxRetries(1).idempotencyKeys(true).build()) {
            assertThat(keyed.responses().create(REQUEST).id()).isEqualTo("resp_1");
        }
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aConversationIsCreatedChangedAndDeleted() {
        ConversationObject conversation = new ConversationObject("conv_1", 1, Map.of("a", "b"));
        server.enqueue(Script.json(200, CONVERSATION), Script.json(200, CONVERSATION));
        assertThat(client.conversations().create(Map.of("a", "b"), List.of(InputItem.user("Hi"))))
                .isEqualTo(conversation);
        assertThat(client.conversations().modify("conv_1", Map.of("a", "b"))).isEqualTo(conversation);
        assertThat(server.requests().get(0).json().path("items").toString())
                .isEqualTo("[{\"type\":\"message\",\"role\":\"user\",\"content\":\"Hi\"}]");
        assertThat(server.requests().get(0).json().at("/metadata/a").asText()).isEqualTo("b");
        assertThat(sent(1)).isEqualTo("/v1/conversations/conv_1 {\"metadata\":{\"a\":\"b\"}}");
        answerOthers(CONVERSATION, "{\"id\":\"conv_1\",\"object\":\"conversation.deleted\",\"deleted\":true}");
        assertThat(client.conversations().get("conv_1")).isEqualTo(conversation);
        assertThat(client.conversations().delete("conv_1").deleted()).isTrue();
        assertThat(others).containsExactly("GET /v1/conversations/conv_1", "DELETE /v1/conversations/conv_1");
    }

    @Test
    void theItemsOfAConversationAreAddedListedReadAndDeleted() {
        ResponseItem message = item(said("Hi"));
        server.enqueue(Script.json(200, page(said("Hi"), false)));
        assertThat(client.conversations().addItems("conv_1", List.of(InputItem.of(message)))).containsExactly(message);
        assertThat(server.requests().get(0).path()).isEqualTo("/v1/conversations/conv_1/items");
        assertThat(server.requests().get(0).json().at("/items/0/id").asText()).isEqualTo("msg_1");
        answerOthers(page(said("Hi"), false), said("Hi"), CONVERSATION);
        assertThat(client.conversations().items("conv_1").pagesOf(5)).containsExactly(message);
        assertThat(client.conversations().item("conv_1", "msg_1")).isEqualTo(message);
        assertThat(client.conversations().deleteItem("conv_1", "msg_1").id()).isEqualTo("conv_1");
        assertThat(others).containsExactly(
                "GET /v1/conversations/conv_1/items?limit=5&order=desc",
                "GET /v1/conversations/conv_1/items/msg_1", "DELETE /v1/conversations/conv_1/items/msg_1");
    }
}
