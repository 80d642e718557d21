package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The numbers are those of OpenAI's cookbook, "How to count tokens with tiktoken", for o200k_base. */
class TokensTest {
    @ParameterizedTest
    @CsvSource({"antidisestablishmentarianism, 6", "2 + 2 = 4, 7", "お誕生日おめでとう, 8", "'', 0"})
    void textsHaveTheTokensThatTheCookbookGives(String text, long tokens) {
        assertThat(Tokens.of(text)).isEqualTo(tokens);
    }

    /** Without a bound these took minutes, or all the memory there was. */
    @ParameterizedTest
    @ValueSource(strings = {"A", "a", "ab", "é", "😀", "漢", "\n", " ", "{\"", "!", "0", "aB1 "})
    @Timeout(60)
    void aTextOfMillionsOfCharactersIsCountedInTimeWhateverItIsOf(String unit) {
        long some = Tokens.of(unit.repeat(500_000 / unit.length()));
        long more = Tokens.of(unit.repeat(4_000_000 / unit.length()));

        assertThat(some).isPositive();
        assertThat((double) more / some).isBetween(7.5, 8.5);
    }

    @Test
    void wordsCostTheSameHoweverLongTheTextIs() {
        String sentence = "The quick brown fox, it is said, jumps over 12 lazy dogs. ";
        long one = Tokens.of(sentence + sentence) - Tokens.of(sentence);

        assertThat(Tokens.of(sentence.repeat(10_000))).isBetween(one * 10_000 - 5, one * 10_000 + 5);
        assertThat((double) Tokens.of(sentence.repeat(100_000)) / (one * 100_000)).isBetween(0.99, 1.01);
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
