package dev.runnel.bench.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The documents of this project: what people ask about it is to be found in them. */
final class ProjectDocuments {
    private ProjectDocuments() {}

    /** Their texts by their paths: all Markdown in the project's folder, in docs and its decisions, and bench's README. */
    static Map<String, String> read(Path root) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (String folder : new String[] {"", "docs", "docs/decisions", "bench"}) {
            try (Stream<Path> files = Files.list(root.resolve(folder))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
                    texts.put(root.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return texts;
    }
}
