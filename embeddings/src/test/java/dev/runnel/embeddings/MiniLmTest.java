package dev.runnel.embeddings;

import dev.runnel.server.search.Embedder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class MiniLmTest {
    private static Embedder model;

    @BeforeAll
    static void open() {
        model = Embedder.builtIn().orElseThrow();
    }

    @AfterAll
    static void close() {
        model.close();
        model.close();
        assertThatThrownBy(() -> model.embed("late")).isInstanceOf(IllegalStateException.class);
    }

    private static double similarity(float[] one, float[] two) {
        return IntStream.range(0, one.length).mapToDouble(i -> one[i] * two[i]).sum();
    }

    @Test
    void itIsFoundAndSaysWhatItIs() {
        assertThat(model).isInstanceOf(MiniLm.class);
        assertThat(model.model()).isEqualTo("all-minilm-l6-v2");
        assertThat(model.embed("x")).hasSize(model.dimensions());
    }

    @Test
    void likeMeaningsHaveLikeVectors() {
        float[] cat = model.embed("A cat sits on the mat.");
        assertThat(similarity(cat, model.embed("A kitten is lying on the rug."))).isGreaterThan(0.5);
        assertThat(similarity(cat, model.embed("The central bank raised interest rates."))).isLessThan(0.15);
    }

    @Test
    void vectorsHaveLengthOneWhateverTheTextIs() {
        for (String text : new String[] {"", " ", "one word", "word ".repeat(5_000), "\0\uFFFD\uD800",
            "长".repeat(3_000), "🙂"}) {
            float[] vector = model.embed(text);
            assertThat(similarity(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void manyThreadsGetTheSameVectors() throws Exception {
        float[] alone = model.embed("the same text");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<float[]>> together = IntStream.range(0, 40).mapToObj(
                    i -> threads.submit(() -> model.embed(i % 2 == 0 ? "the same text" : "another one"))).toList();
            for (int i = 0; i < together.size(); i += 2) {
                assertThat(together.get(i).get()).containsExactly(alone);
            }
        }
    }

    @Test
    void virtualThreadsGetTheSameVectors() throws Exception {
        float[] expected = model.embed("A cat sits on the mat.");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<float[]> vector = threads.submit(() -> model.embed("A cat sits on the mat."));
            assertThat(vector.get()).containsExactly(expected);
        }
    }

    /** Version 1.29.0 of the runtime sends reports to its maker unless it is told not to, and keeps an id of the machine. */
    @Test
    void theRuntimeLeavesNoTraceOnTheMachine(@TempDir Path home, @TempDir Path temporary) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + temporary, Embeds.class.getName())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(Map.of("HOME", home.toString(), "TMPDIR", temporary.toString(),
                "CLASSPATH", System.getProperty("java.class.path")));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isZero();

        assertThat(printed).isEqualTo("384");
        assertThat(home).isEmptyDirectory();
        assertThat(temporary).isEmptyDirectory();
    }

    /** The program of the process. */
    static final class Embeds {
        private Embeds() {}

        public static void main(String[] arguments) {
            try (Embedder embedder = new MiniLm()) {
                System.out.print(embedder.embed("A cat sits on the mat.").length);
            }
        }
    }
}
