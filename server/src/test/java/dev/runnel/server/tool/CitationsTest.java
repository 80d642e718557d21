package dev.runnel.server.tool;

import dev.runnel.server.base.Source;
import dev.runnel.server.tool.Citations.Piece;
import dev.runnel.testkit.RandomInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Markers in a model's text: which are cited, which are dropped, and that the text may be cut anywhere. */
class CitationsTest {
    private static final Map<String, Source> SOURCES = Map.of(
            "4:0", new Source("file-1", "tides.md"), "4:12", new Source("file-2", "two words (1).txt"));

    private static List<Piece> read(List<String> text) {
        Citations citations = new Citations(SOURCES);
        List<Piece> pieces = new ArrayList<>();
        text.forEach(part -> pieces.addAll(citations.add(part)));
        pieces.addAll(citations.end());
        return pieces;
    }

    private static String joined(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }

    private static List<Piece> markers(List<Piece> pieces) {
        return pieces.stream().filter(piece -> piece.source() != null).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "a【4:0†tides.md】b, a【4:0†tides.md】b, 1",
        "a【4:0】, a【4:0†tides.md】, 1",
        "【4:0†source】, 【4:0†tides.md】, 1",
        "【 4:12 †another name】, 【4:12†two words (1).txt】, 1",
        "【4:0†a】【4:12†b】, 【4:0†tides.md】【4:12†two words (1).txt】, 2",
        "【04:00】, 【4:0†tides.md】, 1",
        "points at 【4:1†nothing】., points at ., 0",
        "【重要】【1】【4:x】【4:0†open, 【重要】【1】【4:x】【4:0†open, 0",
        "【【4:0】】, 【【4:0†tides.md】】, 1",
        "【4:0†two【4:0】, 【4:0†two【4:0†tides.md】, 1",
        "a[4:0]b, a[4:0]b, 0"})
    void aMarkerIsCitedIfItPointsAtASourceAndDroppedIfNot(String text, String shown, int cited) {
        List<Piece> pieces = read(List.of(text));

        assertThat(joined(pieces)).isEqualTo(shown);
        assertThat(markers(pieces)).hasSize(cited);
    }

    @Test
    void textIsHeldBackOnlyAsLongAsItMayBeAMarker() {
        Citations citations = new Citations(SOURCES);

        assertThat(joined(citations.add("Look: 【4"))).isEqualTo("Look: ");
        assertThat(citations.add(":0†ti")).isEmpty();
        assertThat(joined(citations.add("des】!"))).isEqualTo("【4:0†tides.md】!");
        assertThat(citations.add("【")).isEmpty();
        assertThat(joined(citations.add("重"))).isEqualTo("【重");
        assertThat(citations.add("【4:0†" + "x".repeat(Citations.MAX_NAME))).isEmpty();
        assertThat(joined(citations.add("x"))).startsWith("【4:0†xxx").endsWith("x");
        assertThat(citations.add("【4:0†line")).isEmpty();
        assertThat(joined(citations.add("\n"))).isEqualTo("【4:0†line\n");
        assertThat(citations.add("【4:0")).isEmpty();
        assertThat(joined(citations.end())).isEqualTo("【4:0");
    }

    @Test
    void aNameOfAFileCannotBreakItsMarker() {
        Source source = new Source("file-1", Citations.name("a】b【c†d\n" + "😀".repeat(Citations.MAX_NAME)));
        Citations citations = new Citations(Map.of("1:1", source));

        List<Piece> pieces = citations.add(Citations.marker("1:1", source));

        assertThat(pieces).containsExactly(new Piece(Citations.marker("1:1", source), source));
        assertThat(source.fileName()).startsWith("a_b_c_d_😀").endsWith("😀");
    }

    @Test
    void howTheTextIsCutMakesNoDifference() {
        RandomInput.forAll(3_000, random -> {
            List<String> parts = random.list(0, 30, () -> random.chance(0.2)
                    ? random.text(5)
                    : random.of("【", "】", "†", ":", "4:0", "4:12", "9:9", "【4:0】", "【4:12†x】", "【9:9†y】", "tides.md",
                            " ", "\n", "【4", "😀", "重要", "x".repeat(random.between(1, 320))));
            String text = String.join("", parts);
            List<Piece> whole = read(List.of(text));

            List<String> cut = new ArrayList<>();
            for (int at = 0; at < text.length();) {
                int end = Math.min(text.length(), at + random.between(1, random.of(1, 3, 50)));
                cut.add(text.substring(at, end));
                at = end;
            }

            List<Piece> pieces = read(cut);
            assertThat(joined(pieces)).as("%s", cut).isEqualTo(joined(whole));
            assertThat(markers(pieces)).isEqualTo(markers(whole));
            assertThat(pieces).noneMatch(piece -> piece.text().isEmpty());
        });
    }
}
