package dev.runnel.server.search.chunk;

import dev.runnel.server.search.chunk.ChunkHeadings.Part;
import dev.runnel.server.search.chunk.ChunkHeadings.Section;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeadingsTest {
    private static final String TEXT = """
            # Serving

            A.

            ## Limits

            B.

            ```
            # not a heading
            ```

            C.

            ## Keys

            D.

            # Moving

            E.
            """;

    /** The headings of the chunk from one place to another. */
    private static ChunkHeadings headings(Headings headings, String text, String from, String to) {
        int start = text.indexOf(from);
        int end = text.indexOf(to, start) + to.length();
        return headings.of(new Chunk(start, end, text.substring(start, end)));
    }

    private static String above(Headings headings, String text, String place) {
        return headings(headings, text, place, place).above();
    }

    @Test
    void aPlaceIsBelowTheHeadingsOfItsSection() {
        Headings headings = new Headings("docs/serving.md", TEXT);
        assertThat(above(headings, TEXT, "# Serving")).isEmpty();
        assertThat(above(headings, TEXT, "A.")).isEqualTo("Serving");
        assertThat(above(headings, TEXT, "## Limits")).as("what stands in the chunk itself is not above it")
                .isEqualTo("Serving");
        assertThat(above(headings, TEXT, "imits")).as("a heading that the chunk's beginning cuts")
                .isEqualTo("Serving > Limits");
        assertThat(above(headings, TEXT, "B.")).isEqualTo("Serving > Limits");
        assertThat(above(headings, TEXT, "C.")).isEqualTo("Serving > Limits");
        assertThat(above(headings, TEXT, "D.")).isEqualTo("Serving > Keys");
        assertThat(above(headings, TEXT, "E.")).isEqualTo("Moving");
    }

    @Test
    void aChunkHasTheSectionsThatBeginInIt() {
        Headings headings = new Headings("docs/serving.md", TEXT);
        ChunkHeadings first = headings(headings, TEXT, "A.", "D.");
        ChunkHeadings overlapping = headings(headings, TEXT, "## Keys", "E.");
        ChunkHeadings last = headings(headings, TEXT, "E.", "E.");

        assertThat(first.above()).isEqualTo("Serving");
        assertThat(first.sections()).containsExactly(
                new Section(4, "Serving > Limits"),
                new Section(TEXT.indexOf("## Keys") - TEXT.indexOf("A."), "Serving > Keys"));
        assertThat(overlapping.above()).isEqualTo("Serving > Limits");
        assertThat(overlapping.sections()).extracting(Section::path).containsExactly("Serving > Keys", "Moving");
        assertThat(last).isEqualTo(new ChunkHeadings("Moving", List.of()));
    }

    @Test
    void aChunkComesApartWhereItsSectionsBegin() {
        Headings headings = new Headings("docs/serving.md", TEXT);
        int end = TEXT.indexOf("D.") + 2;
        String text = TEXT.substring(0, end);

        List<Part> parts = headings.of(new Chunk(0, end, text)).parts(text);

        assertThat(parts).extracting(Part::heading).containsExactly("Serving", "Limits", "Keys");
        assertThat(parts.get(1).text()).startsWith("## Limits\n\nB.").contains("# not a heading").endsWith("C.\n\n");
        assertThat(String.join("", parts.stream().map(Part::text).toList())).isEqualTo(text);
        assertThat(ChunkHeadings.read("").parts("a text")).containsExactly(new Part("", "a text"));
    }

    @Test
    void headingsAreReadAsTheyWereWritten() {
        ChunkHeadings all = new ChunkHeadings("", List.of(new Section(0, "A"), new Section(12, "A > 7 B")));
        assertThat(all.written()).isEqualTo("\n0 A\n12 A > 7 B");
        assertThat(ChunkHeadings.read(all.written())).isEqualTo(all);
        assertThat(ChunkHeadings.read("Serving > Limits")).isEqualTo(new ChunkHeadings("Serving > Limits", List.of()));
        assertThat(ChunkHeadings.read("A\nB\n99999999999 C\n-1 D\n5 E").sections())
                .containsExactly(new Section(5, "E"));
        assertThat(ChunkHeadings.read("A\n5 E\n3 F\n900 G").parts("short text")).extracting(Part::text)
                .as("places that cannot be").containsExactly("short", " text");
    }

    @Test
    void noMoreSectionsOfAChunkCountThanAFew() {
        String text = "# a\nb\n".repeat(1_000);
        ChunkHeadings headings = new Headings("a.md", text).of(new Chunk(0, text.length(), text));
        assertThat(headings.sections()).hasSize(ChunkHeadings.MAX_SECTIONS);
        assertThat(ChunkHeadings.read(headings.written())).isEqualTo(headings);
        assertThat(headings.parts(text).getLast().text()).hasSizeGreaterThan(5_000);
    }

    @Test
    void inOtherFilesTheSignBeginsAComment() {
        assertThat(above(new Headings("serve.py", TEXT), TEXT, "E.")).isEmpty();
        assertThat(above(new Headings("README", TEXT), TEXT, "E.")).isEmpty();
        assertThat(above(new Headings("PAGE.HTM", TEXT), TEXT, "E.")).isEqualTo("Moving");
    }

    @Test
    void aFilesNameSaysWhatItsChunksAreAbout() {
        assertThat(Headings.about("docs/boat_insurance-2026.final.pdf", "Terms > Years"))
                .isEqualTo("docs boat insurance 2026 final Terms > Years");
        assertThat(Headings.about(".profile", "")).isEqualTo("profile");
    }

    @Test
    void whatOnlyLooksLikeAHeadingIsNone() {
        String text = "#hashtag\n####### seven\n#\n#  \nA.\n" + "# " + "x".repeat(500) + "\nB.";
        Headings headings = new Headings("a.md", text);
        assertThat(above(headings, text, "A.")).isEmpty();
        assertThat(above(headings, text, "B.")).isEqualTo("x".repeat(120));
    }
}
