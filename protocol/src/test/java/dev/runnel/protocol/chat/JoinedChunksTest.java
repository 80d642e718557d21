package dev.runnel.protocol.chat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Chunks that came in one event. */
class JoinedChunksTest {
    private static final String TEXT = "{\"a\":\"}\\\"{\",\"b\":[{},{\"c\":{}}]}";

    private static List<String> split(String data) {
        return JoinedChunks.split(data.getBytes(StandardCharsets.UTF_8)).stream()
                .map(part -> new String(part, StandardCharsets.UTF_8)).toList();
    }

    private static boolean likely(String data) {
        return JoinedChunks.likely(data.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"`\n`", "`\r\n`", "``", "` `", "`,\n`"})
    void objectsOneBehindTheOtherAreTakenApart(String between) {
        assertThat(split(TEXT + between + TEXT + between + "{}")).containsExactly(TEXT, TEXT, "{}");
    }

    @Test
    void anEndMarkIsAPartOfItsOwn() {
        assertThat(split(TEXT + "\n[DONE]")).containsExactly(TEXT, "[DONE]");
        assertThat(split(TEXT + "\n" + TEXT + "[DONE]\n")).containsExactly(TEXT, TEXT, "[DONE]\n");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"`{\n\"a\":\n1}`", "`{\"a\":1`", "`[DONE]`", "`word`", "``",
        "`{\"a\":1}\n`", "`{\"a\":1},`"})
    void oneObjectAndOneWordStayAsTheyAre(String data) {
        assertThat(split(data)).containsExactly(data);
    }

    @Test
    void whatMayBeSeveralIsSeenAtAGlance() {
        assertThat(likely(TEXT)).isFalse();
        assertThat(likely("{}{}")).isTrue();
        assertThat(likely("{}\n{}")).isTrue();
    }
}
