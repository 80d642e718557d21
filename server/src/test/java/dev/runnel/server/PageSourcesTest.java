package dev.runnel.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The page's code, outside a browser. Skipped where there is no npm, or its registry is not to be had. */
@Timeout(120)
class PageSourcesTest {
    private static Packages packages;

    @BeforeAll
    static void install() {
        packages = Browser.packages();
    }

    @Test
    void itsTypesAreRight() throws IOException {
        assertThat(packages.execute("node node_modules/typescript/bin/tsc -p .")).isEmpty();
    }

    @Test
    void itIsLinted() throws IOException {
        assertThat(packages.execute("node node_modules/eslint/bin/eslint.js .")).isEmpty();
    }

    @Test
    void itFoldsAsJavaDoes() throws IOException {
        Path fixtures = Path.of("../protocol/src/test/resources/dev/runnel/protocol").toAbsolutePath();

        assertThat(packages.execute("node fold.mjs " + fixtures)).isEqualTo("ok\n");
    }

    @Test
    void itReadsMarkdownAsOthersDo() throws IOException {
        assertThat(packages.execute("node markdown.mjs")).isEqualTo("ok\n");
    }

    @Test
    void whatItHasOfOthersIsAsTheyPublishedIt() {
        assertThat(packages.folder().resolve("page/lib/preact.js"))
                .hasSameBinaryContentAs(packages.folder().resolve("node_modules/htm/preact/standalone.module.js"));
        assertThat(packages.folder().resolve("page/lib/licences.txt")).content()
                .contains("htm " + version("htm") + ", htm/preact/standalone.module.js");
    }

    private static String version(String name) {
        try {
            return Files.readString(packages.folder().resolve("node_modules/" + name + "/package.json"))
                    .replaceAll("(?s).*\"version\": \"([^\"]*)\".*", "$1");
        } catch (IOException e) {
            throw new AssertionError(name + " is not there", e);
        }
    }
}
