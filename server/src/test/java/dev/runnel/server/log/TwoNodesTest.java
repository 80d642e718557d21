package dev.runnel.server.log;

import dev.runnel.server.backend.Backends;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.RandomInput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on one run, in any order of their steps: there is one log, and an event that a node was told is durable stays in its place. */
@Timeout(180)
class TwoNodesTest {
    private static final int INPUTS = 25;
    private static final int LONGEST = 60;

    @TempDir
    Path folder;

    private int texts;

    private enum Step {
        TAKE,
        APPEND,
        FLUSH,
        /** The lease of whoever holds it lapses. */
        LAPSE,
        GIVE_UP
    }

    /** A node, and what it has written under its present lease. */
    private static final class Node implements AutoCloseable {
        private final Storage storage;
        private final RunLog log;
        private final Map<Long, String> written = new TreeMap<>();
        private @Nullable LogAppender appender;

        Node(Path folder) {
            storage = Backends.of(PostgresServer.url(folder)).open(false, SystemTimers.get());
            log = storage.openLogs();
        }

        void giveUp() {
            if (appender != null) {
                appender.abandon();
            }
            appender = null;
            written.clear();
        }

        void take(long run) {
            giveUp();
            Optional<Lease> lease = log.take(run);
            if (lease.isPresent()) {
                appender = log.append(lease.get(), log.replay(run, entry -> {}).stream().toList());
            }
        }

        @Override
        public void close() {
            giveUp();
            log.close();
            storage.close();
        }
    }

    @Test
    void thereIsOneLog() {
        try (Node a = new Node(folder); Node b = new Node(folder)) {
            RandomInput.forAll(INPUTS, input -> {
                try {
                    check(input, List.of(a, b));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private void check(RandomInput input, List<Node> nodes) throws InterruptedException {
        String id = "run_" + texts++;
        long run = nodes.getFirst().storage.database()
                .write(sql -> Store.insert(sql, "p", LogFixture.run(id, "queued"))).orElseThrow();
        Map<Long, String> durable = new TreeMap<>();
        for (Step step : input.list(1, LONGEST, () -> input.of(Step.values()))) {
            Node node = input.of(nodes);
            try {
                step(step, node, run, durable);
            } catch (OwnershipLostException e) {
                node.giveUp();
            }
        }
        nodes.forEach(Node::giveUp);
        List<LogEntry> log = new ArrayList<>();
        nodes.getLast().log.replay(run, log::add);
        LogFixture.assertNumbered(log, 1, log.size());
        List<String> all = log.stream().map(entry -> new String(entry.data(), StandardCharsets.UTF_8)).toList();
        assertThat(all).doesNotHaveDuplicates();
        durable.forEach((position, text) -> assertThat(all.get(Math.toIntExact(position - 1))).contains(text));
    }

    private void step(Step step, Node node, long run, Map<Long, String> durable) throws InterruptedException {
        LogAppender appender = node.appender;
        switch (step) {
            case TAKE -> node.take(run);
            case GIVE_UP -> node.giveUp();
            case LAPSE -> PostgresServer.execute(
                    folder, "UPDATE runs SET lease_end = 1 WHERE owner IS NOT NULL AND seq = " + run);
            case APPEND -> {
                if (appender != null) {
                    String text = "text " + texts++ + ".";
                    node.written.put(appender.append(LogFixture.note(text)), text);
                }
            }
            case FLUSH -> {
                if (appender != null) {
                    appender.flush();
                    durable.putAll(node.written);
                }
            }
        }
    }
}
