package dev.runnel.server.engine;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The numbers are those of OpenAI's cookbook, "How to count tokens with tiktoken", for o200k_base. */
class TokensTest {
    @ParameterizedTest
    @CsvSource({"antidisestablishmentarianism, 6", "2 + 2 = 4, 7", "お誕生日おめでとう, 8", "'', 0"})
    void textsHaveTheTokensThatTheCookbookGives(String text, long tokens) {
        assertThat(Tokens.of(text)).isEqualTo(tokens);
    }

    @Test
    void whatLooksLikeASpecialTokenIsText() {
        assertThat(Tokens.of("<|endoftext|>")).isGreaterThan(1);
    }

    @Test
    void aPromptCostsThreeForEachMessageAndThreeForTheReply() {
        ChatRequest prompt = ChatRequest.builder("m", List.of(ChatMessage.system("Be"), ChatMessage.user("Hi")))
                .build();

        assertThat(Tokens.of(prompt)).isEqualTo(3 + (3 + 1 + 1) + (3 + 1 + 1));
    }

    @Test
    void toolsFormatsCallsAndImagesCostSomething() {
        ChatMessage user = ChatMessage.user("Hi");
        long plain = Tokens.of(ChatRequest.builder("m", List.of(user)).build());
        Tool tool = new Tool.Function(new FunctionDefinition(
                "weather", null, JsonValue.parse("{\"type\": \"object\"}"), null));
        JsonValue format = JsonValue.parse("{\"type\": \"json_object\"}");
        JsonValue call = JsonValue.parse("""
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}""");
        JsonValue image = JsonValue.parse("[{\"type\": \"image_url\", \"image_url\": {\"url\": \"data:,x\"}}]");

        assertThat(Tokens.of(ChatRequest.builder("m", List.of(user)).tools(List.of(tool)).build()))
                .isGreaterThan(plain + 10);
        assertThat(Tokens.of(ChatRequest.builder("m", List.of(user)).responseFormat(format).build()))
                .isGreaterThan(plain + 3);
        assertThat(Tokens.of(ChatMessage.assistantCalls(List.of(call)))).isEqualTo(3 + 1 + 3 + 1 + 1);
        assertThat(Tokens.of(new ChatMessage("user", image, null, null))).isEqualTo(3 + 1 + 765);
    }
}
