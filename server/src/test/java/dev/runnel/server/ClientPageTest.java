package dev.runnel.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code docs/client.md} shows the examples that the tests run, and tells the versions that are so. */
@Timeout(180)
class ClientPageTest {
    /** The tests with the examples, in the page's order. */
    private static final List<Path> SOURCES = Stream.of("Chat", "Run", "Responses", "Objects", "Network")
            .map(part -> Path.of("src/test/java/dev/runnel/server/ClientPage" + part + "Test.java"))
            .toList();
    private static final Path PAGE = Path.of("..", "docs", "client.md");

    @Test
    void thePageShowsTheseExamples() throws IOException {
        List<String> shown = found("(?s)```java\n(.*?)```", Files.readString(PAGE));
        List<String> run = new ArrayList<>();
        for (Path source : SOURCES) {
            found("(?s)// page\n(.*?)\n *// end\n", Files.readString(source))
                    .forEach(example -> run.add(example.stripIndent() + "\n"));
        }
        assertThat(shown).isEqualTo(run);
    }

    @Test
    void itTellsTheVersionsThatAreSo() throws IOException {
        String page = Files.readString(PAGE);
        String version = found("<version>(.*?)</version>", Files.readString(Path.of("..", "pom.xml"))).get(0);
        assertThat(page).contains("| version | " + version + " |", "<version>" + version + "</version>");
        String oldest = found("<jackson.oldest.version>(.*?)\\.[0-9]+<",
                Files.readString(Path.of("..", "client", "pom.xml"))).get(0);
        assertThat(page).contains("| Jackson | " + oldest + " or newer.");
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(result -> result.group(1)).toList();
    }

    @Test
    void theyAreJava17(@TempDir Path classes) throws IOException {
        assertThat(compiles(SOURCES, classes)).isTrue();
    }

    @Test
    void theReadmesExampleIsJava17(@TempDir Path folder) throws IOException {
        List<String> examples = found("(?s)```java\n(.*?)```", Files.readString(Path.of("..", "README.md")));
        assertThat(examples).hasSize(1);
        Path program = Files.writeString(folder.resolve("Readme.java"), """
                import dev.runnel.client.*;
                import dev.runnel.protocol.chat.*;
                import java.util.List;

                class Readme {
                    static {
                """ + examples.get(0) + "}}");

        assertThat(compiles(List.of(program), folder)).isTrue();
    }

    private static boolean compiles(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
            List<String> options = List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-cp",
                    System.getProperty("java.class.path"));
            return compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
    }
}
