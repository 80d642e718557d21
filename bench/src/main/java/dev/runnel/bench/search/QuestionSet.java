package dev.runnel.bench.search;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Documents, and questions that they answer.
 *
 * @param texts the documents' texts by their names
 */
record QuestionSet(String name, Map<String, String> texts, List<Asked> questions) {
    QuestionSet {
        for (Asked asked : questions) {
            if (!Asked.spaced(texts.getOrDefault(asked.file(), "")).contains(asked.passage())) {
                throw new IllegalArgumentException(
                        "no passage in " + asked.file() + " says any more: " + asked.passage());
            }
        }
    }

    /** The questions about this project's documents. */
    static QuestionSet ofProject(Path root) throws IOException {
        try (InputStream in = QuestionSet.class.getResourceAsStream("questions.tsv")) {
            if (in == null) {
                throw new IOException("there are no questions");
            }
            return new QuestionSet("this project's documents", ProjectDocuments.read(root),
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> line.split("\t"))
                            .map(fields -> new Asked(fields[0], fields[1], Asked.spaced(fields[2])))
                            .toList());
        }
    }
}
