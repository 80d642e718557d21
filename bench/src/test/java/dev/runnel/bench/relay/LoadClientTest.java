package dev.runnel.bench.relay;

import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The load finds every stream complete that is, and no other. */
@Timeout(180)
class LoadClientTest {
    private static final int STREAMS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void everyTokenComesOnceAndAfterItWasWritten() throws Exception {
        List<LoadStream> streams = load(true, 20, 20, Duration.ofMillis(2));

        assertThat(streams).extracting(LoadStream::failure).containsOnlyNulls();
        for (LoadStream stream : streams) {
            assertThat(stream.stamps()).hasSize(20).isSorted();
            for (int i = 0; i < 20; i++) {
                assertThat(stream.arrivals()[i]).isBetween(stream.stamps()[i], stream.stamps()[i] + PATIENCE.toNanos());
            }
        }
    }

    /** More than a connection takes at once, so that writes end within tokens. */
    @Test
    void stampsStayWholeWhereAConnectionIsFull() throws Exception {
        int tokens = 60_000;
        long begin = System.nanoTime();
        List<LoadStream> streams = load(true, tokens, tokens, Duration.ZERO);

        assertThat(streams).extracting(LoadStream::failure).containsOnlyNulls();
        for (LoadStream stream : streams) {
            assertThat(stream.stamps()).hasSize(tokens).isSorted();
            assertThat(stream.stamps()[0]).isGreaterThan(begin);
        }
    }

    /** Also where all end at once, as they do without an interval. */
    @Test
    void streamsAreReplacedAsTheyEnd() throws Exception {
        Load load = new Load(STREAMS, 20, Duration.ZERO, Duration.ZERO, PATIENCE, 50);

        List<LoadStream> streams = load(true, 20, load);

        assertThat(streams).hasSize(50).extracting(LoadStream::failure).containsOnlyNulls();
    }

    @Test
    void aStreamWithTooFewTokensFails() throws Exception {
        assertThat(load(true, 20, 21, Duration.ofMillis(2))).extracting(LoadStream::failure)
                .containsOnly("only 20 tokens");
    }

    @Test
    void tokensWithoutAStampFail() throws Exception {
        assertThat(load(false, 20, 20, Duration.ofMillis(2))).extracting(LoadStream::failure)
                .allSatisfy(failure -> assertThat(failure).startsWith("no stamp"));
    }

    private static List<LoadStream> load(boolean stamped, int sent, int expected, Duration interval)
            throws IOException {
        return load(stamped, sent, new Load(STREAMS, expected, interval, Duration.ZERO, PATIENCE));
    }

    private static List<LoadStream> load(boolean stamped, int sent, Load load) throws IOException {
        try (var model = stamped
                ? PacedModelServer.startStamped(0, sent, load.interval())
                : PacedModelServer.start(0, sent, load.interval());
                var client = new LoadClient(load, Endpoint.chat(model.baseUri(), "paced", null))) {
            return client.run(new Meter(load, ProcessTree.none(), ProcessTree.none()));
        }
    }
}
