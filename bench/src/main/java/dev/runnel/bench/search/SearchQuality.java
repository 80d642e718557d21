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
import dev.runnel.server.search.chunk.ChunkHeadings;
import dev.runnel.server.search.chunk.ChunkVectors;
import dev.runnel.server.search.chunk.Chunker;
import dev.runnel.server.search.chunk.Headings;
import java.io.IOException;
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
 * Asks questions, each of which one passage of some documents answers, and tells at which place that passage is found: by words, by vectors,
 * and by both. See the module's README.
 */
public final class SearchQuality {
    private static final String STORE = "documents";

    private final List<QuestionSet> sets = new ArrayList<>();

    /** A chunk of a file. */
    private record Place(String file, ChunkHeadings headings, Chunk chunk) {}

    private SearchQuality(Arguments arguments) throws IOException {
        sets.add(QuestionSet.ofProject(Path.of(arguments.text("root", "."))));
        for (String folder : arguments.text("faq", "").split(",", -1)) {
            if (!folder.isEmpty()) {
                sets.add(FrequentQuestions.read(Path.of(folder)));
            }
        }
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws Exception {
        new SearchQuality(new Arguments(args)).run();
    }

    private void run() throws IOException, InterruptedException, UnreadableFileException {
        System.out.println(
                "Questions that the first chunk found answers, that one of the first five answers; mean reciprocal rank");
        try (Embedder embedder = Embedder.builtIn().orElseThrow()) {
            for (QuestionSet set : sets) {
                System.out.printf("%n%s: %d documents, %d questions%n%n", set.name(), set.texts().size(),
                        set.questions().size());
                System.out.println("| chunks | | first | first five | MRR |");
                System.out.println("|---|---|---|---|---|");
                for (Chunker chunker : List.of(new Chunker(270, 0), Chunker.AUTO)) {
                    measure(embedder, chunker, set);
                }
            }
        }
    }

    private static void measure(Embedder embedder, Chunker chunker, QuestionSet set)
            throws IOException, InterruptedException, UnreadableFileException {
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, String> text : set.texts().entrySet()) {
            Headings headings = new Headings(text.getKey(), text.getValue());
            for (Chunk chunk : chunker.chunks(text.getValue())) {
                places.add(new Place(text.getKey(), headings.of(chunk), chunk));
            }
        }
        List<ChunkChange> changes = new ArrayList<>();
        for (Place place : places) {
            int number = changes.size();
            changes.add(new ChunkChange.Put(
                    number + 1, STORE, place.file, number, Map.of(), Headings.about(place.file, place.headings.above()),
                    place.chunk.text(),
                    ChunkVectors.of(embedder, place.headings, place.chunk.text())));
        }
        Path folder = Files.createTempDirectory("runnel-search-");
        try (ChunkIndex index = ChunkIndex.provider().orElseThrow().open(folder, new Listed(changes))) {
            index.await(changes.size(), Duration.ofMinutes(1));
            String name = String.format(Locale.ROOT, "%d of %d tokens", places.size(), chunker.maxTokens());
            tell(name, "words", ranks(set, index, places, null, true));
            tell(name, "vectors", ranks(set, index, places, embedder, false));
            tell(name, "both", ranks(set, index, places, embedder, true));
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
    private static List<Integer> ranks(
            QuestionSet set, ChunkIndex index, List<Place> places, @Nullable Embedder embedder, boolean words)
            throws IOException, InterruptedException {
        List<Integer> ranks = new ArrayList<>();
        for (Asked asked : set.questions()) {
            Question question = new Question(
                    words ? asked.question() : "", embedder == null ? null : embedder.embed(asked.question()));
            List<Hit> hits = index.search(
                    new SearchQuery(Set.of(STORE), List.of(question), null, SearchQuery.MAX_LIMIT, 0));
            int rank = 0;
            for (int i = 0; i < hits.size() && rank == 0; i++) {
                Place place = places.get(hits.get(i).number());
                rank = asked.isAnsweredBy(place.file, place.chunk.text()) ? i + 1 : 0;
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
