package dev.runnel.server.search.chunk;

import dev.runnel.server.search.Embedder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ChunkVectorsTest {
    private static final float HEADINGS = 0.9f;

    /** Notes the texts that it gets; each vector is of length 1. */
    private static final class Noting implements Embedder {
        private final List<String> texts = new ArrayList<>();

        @Override
        public String model() {
            return "noting";
        }

        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public float[] embed(String text) {
            texts.add(text);
            return new float[] {1};
        }

        @Override
        public void close() {}
    }

    private static ChunkHeadings headings(String filename, String text) {
        return new Headings(filename, text).of(new Chunk(0, text.length(), text));
    }

    @Test
    void noWindowReachesIntoTheNextSectionAndEachIsBelowItsHeading() {
        String words = "word ".repeat(120).strip();
        String text = "before\n\n# Serving\n\n" + words + "\n\n## Limits\n\nTen.\n";
        Noting embedder = new Noting();

        List<float[]> vectors = ChunkVectors.of(embedder, headings("a.md", text), text);

        String half = "word ".repeat(60).strip();
        assertThat(embedder.texts).hasSize(6).startsWith("before").endsWith("Serving", "Serving > Limits");
        assertThat(embedder.texts.get(1)).startsWith("# Serving\n\nword");
        assertThat(embedder.texts.get(2)).startsWith("Serving\nword").hasSizeLessThanOrEqualTo(half.length() + 20);
        assertThat(embedder.texts.get(3)).isEqualTo("## Limits\n\nTen.");
        assertThat(vectors).map(vector -> vector[0]).containsExactly(1f, 1f, 1f, 1f, HEADINGS, HEADINGS);
    }

    @Test
    void aFileWithoutHeadingsIsItsWindowsAlone() {
        String text = "# no heading, but a comment\nprint(1)";
        Noting embedder = new Noting();
        assertThat(ChunkVectors.of(embedder, headings("a.py", text), text)).hasSize(1);
        assertThat(embedder.texts).containsExactly(text);
    }

    @Test
    void aChunkOfAnEarlierVersionIsBelowTheHeadingsOfItsBeginning() {
        Noting embedder = new Noting();
        ChunkVectors.of(embedder, ChunkHeadings.read("Serving > Limits"), "Ten.");
        assertThat(embedder.texts).containsExactly("Limits\nTen.", "Serving > Limits");
    }
}
