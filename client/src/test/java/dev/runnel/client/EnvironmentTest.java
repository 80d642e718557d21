package dev.runnel.client;

import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The variables of the environment that a client reads, and those that it does not. */
@Timeout(180)
class EnvironmentTest {
    private static final ChatRequest HELLO = ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();

    private static Map<String, String> sent(ScriptedModelServer server, RunnelClient.Builder builder) {
        try (RunnelClient client = builder.build()) {
            client.chat().create(HELLO);
        }
        return server.requests().get(0).headers();
    }

    @Test
    void theEnvironmentsKeyGoesToTheEnvironmentsBaseUrl() {
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            Map<String, String> environment = Map.of("OPENAI_API_KEY", "sk-env", "OPENAI_BASE_URL",
                    server.baseUri().toString());

            assertThat(sent(server, new RunnelClient.Builder(environment::get)))
                    .containsEntry("Authorization", "Bearer sk-env");
        }
    }

    @Test
    void theEnvironmentsKeyIsNotSentToABaseUrlOfTheProgramsOwn() {
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            Map<String, String> environment = Map.of("OPENAI_API_KEY", "sk-env");

            assertThat(sent(server, new RunnelClient.Builder(environment::get).baseUrl(server.baseUri().toString())))
                    .doesNotContainKey("Authorization");
        }
    }

    @Test
    void aProgramMaySendNoKeyToTheEnvironmentsBaseUrl() {
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            Map<String, String> environment = Map.of("OPENAI_API_KEY", "sk-env", "OPENAI_BASE_URL",
                    server.baseUri().toString());

            assertThat(sent(server, new RunnelClient.Builder(environment::get).apiKey(null)))
                    .doesNotContainKey("Authorization");
        }
    }

    @Test
    void aKeyOfTheProgramsOwnIsSent() {
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            assertThat(sent(
                    server,
                    new RunnelClient.Builder(name -> "sk-env").baseUrl(server.baseUri().toString()).apiKey("sk-own")))
                    .containsEntry("Authorization", "Bearer sk-own");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-a\nX-Forged: 1", "sk-a\r", "sk-“quoted”", "sk-\u0000"})
    void aKeyThatNoHeaderCanCarryIsRefusedAtOnce(String key) {
        RunnelClient.Builder builder = RunnelClient.builder().baseUrl("http://localhost").apiKey(key + "x");

        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Authorization").hasMessageNotContaining("sk-");
    }

    @Test
    void headersOfTheProgramsOwnAreSentWithEveryRequest() {
        try (ScriptedModelServer server = ScriptedModelServer.start()) {
            assertThat(sent(server, RunnelClient.builder().baseUrl(server.baseUri().toString()).apiKey("sk-own")
                    .header("X-Team", "a").header("x-team", "b").header("authorization", "Basic eDp5")))
                    .containsEntry("X-Team", "b").containsEntry("Authorization", "Basic eDp5");
        }
    }

    @Test
    void aHeaderThatCannotBeSentIsRefusedAtOnce() {
        RunnelClient.Builder builder = RunnelClient.builder();
        for (String name : List.of("", "a b", "a:", "ü", "Host", "content-LENGTH", "Transfer-Encoding")) {
            assertThatThrownBy(() -> builder.header(name, "x")).isInstanceOf(IllegalArgumentException.class);
        }
        for (String value : List.of("secret\r\nX: y", "secret\u0000", "secret…")) {
            assertThatThrownBy(() -> builder.header("X-Key", value)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
    }
}
