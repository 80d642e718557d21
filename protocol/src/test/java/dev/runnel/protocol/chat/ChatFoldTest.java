package dev.runnel.protocol.chat;

import java.util.List;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class ChatFoldTest {
    private final ChatFold fold = new ChatFold(() -> "made");

    @Test
    void chunksFoldToTheCompletionTheyAreOf() {
        apply("""
                {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""",
                """
                        {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{"reasoning":"h"}}]}""", """
                        {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{"reasoning":"m"}}]}""", """
                        {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{"content":"Hel"}}]}""", """
                        {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{"content":"lo"}}]}""", """
                        {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
                """
                        {"id":"c","created":5,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""");
        assertThat(fold.completion()).isEqualTo(new ChatCompletion("c", "m", 5,
                List.of(new ChatCompletion.Choice(0, "Hello", "", "hm", List.of(), "stop")),
                new ChatUsage(1, 2, 3, 0, 0)));
    }

    @Test
    void nothingFoldsToAnEmptyCompletion() {
        assertThat(fold.completion()).isEqualTo(new ChatCompletion("", "", 0, List.of(), null));
        assertThat(fold.completion().text()).isEmpty();
    }

    @Test
    void idAndModelAreThoseOfTheFirstChunkThatHasThem() {
        apply("{\"id\":\"\",\"model\":\"\",\"created\":0,\"choices\":[]}", "{\"id\":\"a\",\"choices\":[]}",
                "{\"id\":\"b\",\"model\":\"m\",\"created\":9,\"choices\":[]}");
        assertThat(fold.completion()).isEqualTo(new ChatCompletion("a", "m", 9, List.of(), null));
    }

    @Test
    void theLastUsageThatIsNotNullHolds() {
        apply("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}",
                "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", "{\"usage\":null}", "{}");
        assertThat(fold.completion().usage()).isEqualTo(new ChatUsage(1, 2, 3, 0, 0));
    }

    @Test
    void choicesGrowEachOnItsOwnAndStandInOrder() {
        apply("""
                {"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}""", """
                {"choices":[{"index":1,"delta":{"content":"B"},"finish_reason":"length"}]}""");
        assertThat(fold.completion().choices()).containsExactly(
                new ChatCompletion.Choice(0, "a", "", "", List.of(), null),
                new ChatCompletion.Choice(1, "bB", "", "", List.of(), "length"));
        assertThat(fold.completion().text()).isEqualTo("a");
    }

    @Test
    void toolCallsAreThereEvenIfTheFinishReasonIsStop() {
        apply("""
                {"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]}}]}""", """
                {"choices":[{"delta":{},"finish_reason":"stop"}]}""");
        assertThat(fold.completion().choices()).containsExactly(new ChatCompletion.Choice(0, "", "", "",
                List.of(new ToolCallSlots.ToolCall("made", "f", "{\"a\":1}", null)), "stop"));
    }

    @Test
    void aSnapshotDoesNotGrowWithTheFold() {
        apply("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}");
        ChatCompletion before = fold.completion();
        apply("{\"choices\":[{\"delta\":{\"content\":\"b\"}}]}");
        assertThat(before.text()).isEqualTo("a");
        assertThat(fold.completion().text()).isEqualTo("ab");
    }

    private void apply(String... chunks) {
        for (String chunk : chunks) {
            fold.apply(ChatJson.readChunk(chunk.getBytes(UTF_8)));
        }
    }
}
