package dev.runnel.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The page for the person on call has the words of each statement that logs at the levels WARNING and ERROR, which Java shows as SEVERE. */
class OperationsPageTest {
    private static final Path PROJECT = Path.of("..");

    /** From the level to the statement's end; a text with a semicolon ends it early, behind the words that are looked for. */
    private static final Pattern STATEMENT = Pattern.compile("Level\\.(?:WARNING|ERROR),([^;]*)");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)(?:\"|$)");

    @Test
    void tellsWhatEachWarningMeans() throws IOException {
        String page = Files.readString(PROJECT.resolve("docs/operations.md"));
        List<String> words = new ArrayList<>();
        for (String module : List.of("model", "demo", "server", "embeddings", "cli")) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> words.addAll(tellingWords(file)));
            }
        }
        assertThat(words).hasSizeGreaterThan(40).allSatisfy(told -> assertThat(page).contains(told));
    }

    private static List<String> tellingWords(Path file) {
        try {
            return STATEMENT.matcher(Files.readString(file)).results().flatMap(OperationsPageTest::tellingWords)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first part of a message that has three words and no value; otherwise its longest part. */
    private static Stream<String> tellingWords(MatchResult statement) {
        List<String> parts = LITERAL.matcher(statement.group(1)).results()
                .flatMap(literal -> Stream.of(literal.group(1).replace("''", "'").split("\\{\\d}|[.:(]")))
                .map(String::strip).filter(part -> !part.isEmpty()).toList();
        return parts.stream().filter(part -> part.split(" ").length >= 3).findFirst()
                .or(() -> parts.stream().max(Comparator.comparingInt(String::length))).stream();
    }
}
