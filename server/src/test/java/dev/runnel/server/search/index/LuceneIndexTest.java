package dev.runnel.server.search.index;

import dev.runnel.server.search.AttributeFilter;
import dev.runnel.server.search.AttributeFilter.Compares;
import dev.runnel.server.search.AttributeFilter.Comparison;
import dev.runnel.server.search.AttributeValue;
import dev.runnel.server.search.Hit;
import dev.runnel.server.search.SearchQuery;
import dev.runnel.server.search.SearchQuery.Question;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LuceneIndexTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final ListedChanges changes = new ListedChanges();

    private LuceneIndex open() throws InterruptedException {
        LuceneIndex index = LuceneIndex.open(folder.resolve("index"), changes);
        assertThat(index.await(changes.newest(), PATIENCE)).isTrue();
        return index;
    }

    private static SearchQuery words(String words, String... stores) {
        return query(words, null, null, stores);
    }

    private static SearchQuery query(
            String words, float @Nullable [] vector, @Nullable AttributeFilter filter, String... stores) {
        return new SearchQuery(Set.of(stores), List.of(new Question(words, vector)), filter, 10, 0);
    }

    private static List<String> files(List<Hit> hits) {
        return hits.stream().map(Hit::file).toList();
    }

    private static float[] unit(float... numbers) {
        double length = Math.sqrt(IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i] * numbers[i]).sum());
        float[] unit = new float[numbers.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (numbers[i] / length);
        }
        return unit;
    }

    @Test
    void findsByWordsWithTheirFormsInTheStoresThatAreAsked() throws Exception {
        changes.put("s1", "f1", 0, "A run's stream is a reader of its log.");
        changes.put("s1", "f2", 0, "Leases are taken by one node.");
        changes.put("s2", "f3", 7, "Streams and readers.");
        try (LuceneIndex index = open()) {
            assertThat(index.search(words("Streaming READERS", "s1"))).singleElement()
                    .satisfies(hit -> assertThat(hit).extracting(Hit::store, Hit::file, Hit::number)
                            .containsExactly("s1", "f1", 0));
            assertThat(files(index.search(words("streaming readers", "s1", "s2")))).containsExactlyInAnyOrder("f1",
                    "f3");
            assertThat(index.search(words("streaming", "s3"))).isEmpty();
            assertThat(index.search(words("the of", "s1"))).isEmpty();
            assertThat(index.search(words("", "s1"))).isEmpty();
        }
    }

    @Test
    void findsWordsOfLanguagesWithoutSpacesAndOfOthers() throws Exception {
        changes.put("s", "ja", 0, "東京都の天気は晴れです。");
        changes.put("s", "de", 0, "Die Größe der Überweisung.");
        changes.put("s", "ru", 0, "Погода в Москве.");
        try (LuceneIndex index = open()) {
            assertThat(files(index.search(words("天気", "s")))).containsExactly("ja");
            assertThat(files(index.search(words("größe", "s")))).containsExactly("de");
            assertThat(files(index.search(words("погода", "s")))).containsExactly("ru");
        }
    }

    @Test
    void whatSaysWhatAChunkIsAboutIsSearchedToo() throws Exception {
        changes.putAbout("Boats > Insurance", "s", "boats", "It covers two years.");
        changes.putAbout("Bicycles", "s", "bicycles", "It covers one year.");
        try (LuceneIndex index = open()) {
            assertThat(files(index.search(words("insurance boats", "s")))).containsExactly("boats");
        }
    }

    @Test
    void askingWordsDoNotCountUnlessAQuestionHasNoOthers() throws Exception {
        changes.put("s", "asks", 0, "How can I do that? You can do what you do.");
        changes.put("s", "tells", 0, "Leases lapse.");
        try (LuceneIndex index = open()) {
            assertThat(files(index.search(words("How can I see when my lease lapses?", "s")))).containsExactly("tells");
            assertThat(index.search(words("What is a lease?", "s")).getFirst().score()).isGreaterThan(0.9);
            assertThat(files(index.search(words("What can you do?", "s")))).containsExactly("asks");
        }
    }

    @Test
    void theBestWindowOfAChunkStandsForIt() throws Exception {
        changes.put("s", "two sides", 0, "x", unit(1, 0, 0), unit(0, 1, 0));
        changes.put("s", "between", 0, "x", unit(1, 1, 0));
        changes.put("s", "elsewhere", 0, "x", unit(0, 0, 1));
        try (LuceneIndex index = open()) {
            List<Hit> hits = index.search(query("", unit(0, 1, 0), null, "s"));
            assertThat(files(hits)).containsExactly("two sides", "between", "elsewhere");
            assertThat(hits.get(0).score()).isBetween(0.999, 1.0);
            assertThat(hits.get(1).score()).isBetween(0.706, 0.708);
            assertThat(hits.get(2).score()).isZero();
        }
    }

    @Test
    void wordsAndMeaningAreFused() throws Exception {
        changes.put("s", "both", 0, "The lease lapses.", unit(1, 0.2f));
        changes.put("s", "words", 0, "A lease of a flat lapses.", unit(-1, 0));
        changes.put("s", "meaning", 0, "Ownership ends.", unit(1, 0));
        changes.put("s", "nothing", 0, "Bread.", unit(-1, 0.1f));
        try (LuceneIndex index = open()) {
            List<Hit> hits = index.search(query("when does a lease lapse", unit(1, 0.1f), null, "s"));
            assertThat(files(hits)).startsWith("both").endsWith("nothing").hasSize(4);
            assertThat(hits).allMatch(hit -> hit.score() >= 0 && hit.score() <= 1);
        }
    }

    @Test
    void aScoreSaysTheSameWhateverElseIsThere() throws Exception {
        changes.put("s1", "good", 0, "How leases lapse.", unit(1, 0));
        long first = changes.put("s2", "poor", 0, "How bread is baked.", unit(0.1f, 1));
        try (LuceneIndex index = open()) {
            SearchQuery poor = query("leases lapse", unit(1, 0), null, "s2");
            assertThat(index.search(poor).getFirst().score()).isLessThan(0.2);
            assertThat(index.search(query("leases lapse", unit(1, 0), null, "s1")).getFirst().score())
                    .isGreaterThan(0.7);
            List<Hit> both = index.search(query("leases lapse", unit(1, 0), null, "s1", "s2"));
            assertThat(files(both)).containsExactly("good", "poor");
            SearchQuery strict = new SearchQuery(Set.of("s1", "s2"), poor.questions(), null, 10, 0.5);
            assertThat(files(index.search(strict))).containsExactly("good");
            assertThat(first).isEqualTo(2);
        }
    }

    @Test
    void severalQuestionsAreSearchedAtOnce() throws Exception {
        changes.put("s", "leases", 0, "How leases lapse.");
        changes.put("s", "bread", 0, "How bread is baked.");
        try (LuceneIndex index = open()) {
            SearchQuery query = new SearchQuery(
                    Set.of("s"), List.of(new Question("leases", null), new Question("bread", null)), null, 10, 0);
            assertThat(files(index.search(query))).containsExactlyInAnyOrder("leases", "bread");
        }
    }

    @Test
    void onlyFilesThatPassTheFilterAreFound() throws Exception {
        for (int year = 2000; year < 2020; year++) {
            changes.put("s", "f" + year, 0, Map.of("year", AttributeValue.of(year)), "The same text.",
                    unit(1, year - 2010));
        }
        changes.put("s", "none", 0, "The same text.", unit(1, 0));
        AttributeFilter late = new Compares("year", Comparison.GTE, AttributeValue.of(2018));
        try (LuceneIndex index = open()) {
            assertThat(files(index.search(query("same text", null, late, "s")))).containsExactlyInAnyOrder("f2018",
                    "f2019");
            assertThat(files(index.search(query("", unit(1, 0), late, "s")))).containsExactlyInAnyOrder("f2018",
                    "f2019");
        }
    }

    @Test
    void atMostTheLimitIsFound() throws Exception {
        for (int i = 0; i < 200; i++) {
            changes.put("s", "f", i, "The same text.", unit(1, i), unit(1, -i));
        }
        try (LuceneIndex index = open()) {
            SearchQuery query = new SearchQuery(Set.of("s"), List.of(new Question("text", unit(1, 0))), null, 50, 0);
            assertThat(index.search(query).stream().map(Hit::number).distinct()).hasSize(50);
            assertThatThrownBy(() -> new SearchQuery(Set.of("s"), List.of(), null, 51, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatIsPutAgainReplacesAndWhatIsRemovedIsGone() throws Exception {
        changes.put("s", "f1", 0, "The old text.", unit(1, 0), unit(0, 1));
        changes.put("s", "f1", 1, "More text.");
        changes.put("s", "f2", 0, "Other text.");
        changes.put("t", "f1", 0, "Text of another store.");
        try (LuceneIndex index = open()) {
            long change = changes.put("s", "f1", 0, "The new words.", unit(1, 0));
            assertThat(index.await(change, PATIENCE)).isTrue();
            assertThat(index.search(words("old", "s"))).isEmpty();
            assertThat(files(index.search(words("new", "s")))).containsExactly("f1");
            assertThat(index.search(query("", unit(0, 1), null, "s"))).extracting(Hit::score).containsExactly(0.0);

            assertThat(index.await(changes.removeFile("s", "f1"), PATIENCE)).isTrue();
            assertThat(files(index.search(words("new text", "s")))).containsExactly("f2");
            assertThat(files(index.search(words("text", "t")))).containsExactly("f1");

            assertThat(index.await(changes.removeStore("t"), PATIENCE)).isTrue();
            assertThat(index.search(words("text", "t"))).isEmpty();
        }
    }

    @Test
    void vectorsOfLargeModelsFitAndModelsOfDifferentSizesLiveBesideEachOther() throws Exception {
        float[] large = new float[3_072];
        large[3_000] = 1;
        changes.put("s", "large", 0, "x", large);
        changes.put("s", "small", 0, "x", unit(1, 0));
        try (LuceneIndex index = open()) {
            assertThat(files(index.search(query("", large, null, "s")))).containsExactly("large");
            assertThat(files(index.search(query("", unit(1, 0), null, "s")))).containsExactly("small");
            assertThat(index.search(query("", unit(1, 0, 0), null, "s"))).isEmpty();
        }
        try (LuceneIndex index = open()) {
            assertThat(files(index.search(query("", large, null, "s")))).containsExactly("large");
        }
    }

    @Test
    void aChunkThatCannotBeIndexedKeepsNoOtherFromIt() throws Exception {
        try (LogLines log = LogLines.of(OpenIndex.class)) {
            changes.put("s", "bad", 0, "The text.", new float[5_000]);
            changes.put("s", "good", 0, "The text.");
            try (LuceneIndex index = open()) {
                assertThat(files(index.search(words("text", "s")))).containsExactly("good");
            }
            assertThat(log.lines()).singleElement().asString()
                    .startsWith("SEVERE: A chunk of file bad cannot be searched.");
        }
    }

    @Test
    void aWaitForAChangeThatDoesNotComeEnds() throws Exception {
        try (LuceneIndex index = open()) {
            assertThat(index.await(1, Duration.ofMillis(50))).isFalse();
            changes.put("s", "f", 0, "text");
            assertThat(index.await(1, PATIENCE)).isTrue();
        }
    }

    @Test
    void anIndexThatWasClosedIsOpenedAndNotReadAgain() throws Exception {
        fill(1_200);
        open().close();
        assertThat(changes.told()).isEqualTo(1_200);
        changes.put("s", "new", 0, "word");
        try (LuceneIndex index = open()) {
            assertThat(changes.told()).isEqualTo(1_201);
            assertAll(index, 1_201);
        }
    }

    @Test
    void anIndexThatLacksChangesOfItsLastMomentsCatchesUp() throws Exception {
        fill(100);
        open().close();
        copy("index", "then");
        fill(700);
        changes.removeFile("s", "f50");
        open().close();
        // The process was killed before the later changes were on the disk.
        OpenIndex.delete(folder.resolve("index"));
        copy("then", "index");
        try (LuceneIndex index = open()) {
            assertAll(index, 799);
            assertThat(index.search(words("word50", "s"))).isEmpty();
        }
    }

    @Test
    void anIndexThatIsGoneIsMadeAnew() throws Exception {
        fill(700);
        open().close();
        OpenIndex.delete(folder.resolve("index"));
        try (LuceneIndex index = open()) {
            assertAll(index, 700);
        }
    }

    @Test
    void anIndexWithAFileCutOrMissingIsMadeAnew() throws Exception {
        fill(700);
        open().close();
        try (Stream<Path> files = Files.list(folder.resolve("index"))) {
            for (Path file : files.filter(path -> !path.endsWith("write.lock")).toList()) {
                for (boolean removed : new boolean[] {true, false}) {
                    try (LogLines log = LogLines.of(LuceneIndex.class)) {
                        if (!Files.exists(file)) {
                            continue;
                        }
                        byte[] content = Files.readAllBytes(file);
                        if (removed) {
                            Files.delete(file);
                        } else {
                            Files.write(file, Arrays.copyOf(content, content.length / 2));
                        }
                        try (LuceneIndex index = open()) {
                            assertAll(index, 700);
                        }
                        assertThat(log.lines()).allMatch(line -> line.startsWith("WARNING: The search index in "));
                    }
                }
            }
        }
    }

    @Test
    void anIndexOfAnotherDatabaseOrOfALaterStateOfThisOneIsMadeAnew() throws Exception {
        fill(50);
        open().close();
        changes.become("another", 20);
        try (LuceneIndex index = open()) {
            assertAll(index, 20);
            // A copy of before was put in its place while this runs.
            changes.become("another", 10);
            changes.put("s", "f10", 0, "word word10");
            index.wake();
            Await.until("what is not in the copy is forgotten", () -> {
                index.wake();
                return index.search(words("word19", "s")).isEmpty();
            });
            assertThat(index.await(11, PATIENCE)).isTrue();
            assertAll(index, 11);
        }
    }

    @Test
    void anIndexThatMissedRemovalsThatAreForgottenIsMadeAnew() throws Exception {
        fill(50);
        open().close();
        changes.forgetFile("f7");
        try (LuceneIndex index = open()) {
            assertThat(index.await(51, PATIENCE)).isTrue();
            assertThat(index.search(words("word7", "s"))).isEmpty();
            assertAll(index, 49);
        }
    }

    @Test
    void anIndexWhoseSourceFailsIsSearchedAndCatchesUpLater() throws Exception {
        fill(10);
        try (LogLines log = LogLines.of(LuceneIndex.class); LuceneIndex index = open()) {
            changes.setBroken(true);
            fill(10);
            assertThat(index.await(20, Duration.ofMillis(50))).isFalse();
            assertAll(index, 10);
            changes.setBroken(false);
            assertThat(index.await(20, PATIENCE)).isTrue();
            assertAll(index, 20);
            assertThat(log.lines()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void twoDoNotShareAFolder() throws Exception {
        fill(10);
        try (LogLines log = LogLines.of(LuceneIndex.class); LuceneIndex first = open()) {
            try (LuceneIndex second = LuceneIndex.open(folder.resolve("index"), changes)) {
                assertThat(second.await(10, Duration.ofSeconds(1))).isFalse();
            }
            assertAll(first, 10);
            assertThat(log.lines()).singleElement().asString().contains("LockObtainFailedException");
        }
    }

    @Test
    void aClosedIndexIsNotSearched() throws Exception {
        LuceneIndex index = open();
        index.close();
        index.close();
        assertThat(index.await(0, PATIENCE)).isFalse();
        assertThatThrownBy(() -> index.search(words("word", "s"))).isInstanceOf(IllegalStateException.class);
    }

    private void fill(int more) {
        int from = (int) changes.newest();
        for (int i = from; i < from + more; i++) {
            changes.put("s", "f" + i, 0, "word word" + i, unit(1, i));
        }
    }

    /** How many chunks there are, asked one by one, as a search has a limit. */
    private int count(LuceneIndex index) throws IOException, InterruptedException {
        int found = 0;
        for (int i = 0; i < Math.max(50, changes.newest()); i++) {
            found += index.search(words("word" + i, "s")).size();
        }
        return found
                + index.search(words("word", "s")).stream().filter(hit -> hit.file().equals("new")).toList().size();
    }

    private void assertAll(LuceneIndex index, int expected) throws IOException, InterruptedException {
        assertThat(count(index)).isEqualTo(expected);
    }

    private void copy(String from, String to) throws IOException {
        Files.createDirectories(folder.resolve(to));
        try (Stream<Path> files = Files.list(folder.resolve(from))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(to).resolve(file.getFileName()));
            }
        }
    }
}
