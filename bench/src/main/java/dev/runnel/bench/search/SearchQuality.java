package dev.runnel.bench.search;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Folders;
import dev.runnel.server.search.ChunkChange;
import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.ChunkSource;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.search.Hit;
import dev.runnel.server.search.SearchQuery;
import dev.runnel.server.search.SearchQuery.Question;
import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.chunk.Chunk;
import dev.runnel.server.search.chunk.Chunker;
import dev.runnel.server.search.chunk.Windows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks questions about this project's documents, each of which one passage answers, and tells at which place that passage is found: by words,
 * by vectors, and by both. See the module's README.
 */
public final class SearchQuality {
    private static final String STORE = "documents";

    private final Path root;
    private final List<Asked> questions;

    /** A question, and the words of the passage that answers it. */
    private record Asked(String question, String file, String passage) {}

    /** A chunk of a file. */
    private record Place(String file, Chunk chunk) {}

    private SearchQuality(Arguments arguments) throws IOException {
        root = Path.of(arguments.text("root", "."));
        arguments.rejectUnknown();
        questions = questions();
    }

    public static void main(String[] args) throws Exception {
        new SearchQuality(new Arguments(args)).run();
    }

    private static List<Asked> questions() throws IOException {
        try (InputStream in = SearchQuality.class.getResourceAsStream("questions.tsv")) {
            if (in == null) {
                throw new IOException("there are no questions");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .map(fields -> new Asked(fields[0], fields[1], spaced(fields[2])))
                    .toList();
        }
    }

    private static String spaced(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private void run() throws IOException, InterruptedException, UnreadableFileException {
        Map<String, String> texts = ProjectDocuments.read(root);
        for (Asked asked : questions) {
            if (!spaced(texts.getOrDefault(asked.file, "")).contains(asked.passage)) {
                throw new IOException("no passage in " + asked.file + " says any more: " + asked.passage);
            }
        }
        System.out.printf(
                "%d questions: how many are answered by the first chunk that is found, by one of the first five; mean reciprocal rank%n%n",
                questions.size());
        System.out.println("| chunks | | first | first five | MRR |");
        System.out.println("|---|---|---|---|---|");
        try (Embedder embedder = Embedder.builtIn().orElseThrow()) {
            for (Chunker chunker : List.of(new Chunker(270, 0), Chunker.AUTO)) {
                measure(embedder, chunker, texts);
            }
        }
    }

    private void measure(Embedder embedder, Chunker chunker, Map<String, String> texts)
            throws IOException, InterruptedException, UnreadableFileException {
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            for (Chunk chunk : chunker.chunks(text.getValue())) {
                places.add(new Place(text.getKey(), chunk));
            }
        }
        List<ChunkChange> changes = new ArrayList<>();
        for (Place place : places) {
            int number = changes.size();
            List<float[]> vectors = Windows.of(place.chunk.text()).stream().map(embedder::embed).toList();
            changes.add(
                    new ChunkChange.Put(number + 1, STORE, place.file, number, Map.of(), place.chunk.text(), vectors));
        }
        Path folder = Files.createTempDirectory("runnel-search-");
        try (ChunkIndex index = ChunkIndex.provider().orElseThrow().open(folder, new Listed(changes))) {
            index.await(changes.size(), Duration.ofMinutes(1));
            String name = String.format(Locale.ROOT, "%d of %d tokens", places.size(), chunker.maxTokens());
            tell(name, "words", ranks(index, places, null, true));
            tell(name, "vectors", ranks(index, places, embedder, false));
            tell(name, "both", ranks(index, places, embedder, true));
        } finally {
            Folders.delete(folder);
        }
    }

    private record Listed(List<ChunkChange> changes) implements ChunkSource {
        @Override
        public State state() {
            return new State("bench", 0, changes.size());
        }

        @Override
        public List<ChunkChange> after(long change, int limit) {
            return changes.stream().skip(change).limit(limit).toList();
        }
    }

    /** For each question the place of the first chunk that answers it, from 1; 0 if there is none. */
    private List<Integer> ranks(ChunkIndex index, List<Place> places, @Nullable Embedder embedder, boolean words)
            throws IOException, InterruptedException {
        List<Integer> ranks = new ArrayList<>();
        for (Asked asked : questions) {
            Question question = new Question(
                    words ? asked.question : "", embedder == null ? null : embedder.embed(asked.question));
            List<Hit> hits = index.search(
                    new SearchQuery(Set.of(STORE), List.of(question), null, SearchQuery.MAX_LIMIT, 0));
            int rank = 0;
            for (int i = 0; i < hits.size() && rank == 0; i++) {
                Place place = places.get(hits.get(i).number());
                rank = place.file.equals(asked.file) && spaced(place.chunk.text()).contains(asked.passage) ? i + 1 : 0;
            }
            ranks.add(rank);
        }
        return ranks;
    }

    private static void tell(String chunks, String by, List<Integer> ranks) {
        long first = ranks.stream().filter(rank -> rank == 1).count();
        long five = ranks.stream().filter(rank -> rank > 0 && rank <= 5).count();
        double reciprocal = ranks.stream().mapToDouble(rank -> rank == 0 ? 0 : 1.0 / rank).sum() / ranks.size();
        System.out.printf(Locale.ROOT, "| %s | %s | %d | %d | %.3f |%n", chunks, by, first, five, reciprocal);
    }
}
