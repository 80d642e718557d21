package dev.runnel.server.search.chunk;

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

    private static String above(Headings headings, String text, String place) {
        return headings.above(text.indexOf(place));
    }

    @Test
    void aPlaceIsBelowTheHeadingsOfItsSection() {
        Headings headings = new Headings("docs/serving.md", TEXT);
        assertThat(headings.above(0)).isEmpty();
        assertThat(above(headings, TEXT, "A.")).isEqualTo("Serving");
        assertThat(above(headings, TEXT, "## Limits")).as("what stands in the chunk itself is not above it")
                .isEqualTo("Serving");
        assertThat(above(headings, TEXT, "B.")).isEqualTo("Serving > Limits");
        assertThat(above(headings, TEXT, "C.")).isEqualTo("Serving > Limits");
        assertThat(above(headings, TEXT, "D.")).isEqualTo("Serving > Keys");
        assertThat(above(headings, TEXT, "E.")).isEqualTo("Moving");
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
