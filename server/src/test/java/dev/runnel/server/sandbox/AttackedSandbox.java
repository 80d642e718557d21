package dev.runnel.server.sandbox;

import dev.runnel.server.SandboxHere;
import dev.runnel.server.sandbox.Outcome.How;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** A sandbox that is attacked, beside the session of another thread, which must not notice any attack. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AttackedSandbox {
    /** How long a call may take. */
    static final Duration CALL = Duration.ofSeconds(3);

    /** More than the end of a call takes on the slowest machine, and less than the calls themselves would take. */
    static final Duration SOON = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init") // opened before the first test
    private LocalSandbox sandbox;

    /** The session of another thread. */
    private String neighbour = "";

    abstract LocalSandbox open(SandboxLimits limits);

    static SandboxLimits limits(Duration call) {
        return new SandboxLimits(
                4, 256L << 20, 32L << 20, 500, 64, call, Duration.ofMinutes(1), Duration.ofHours(1), 64 * 1024);
    }

    @BeforeAll
    void open() throws Exception {
        SandboxHere.assume();
        sandbox = open(limits(CALL));
        try (Session session = sandbox.begin()) {
            neighbour = session.id();
            assertThat(session.run("x = 17; n = open('mine.txt', 'w').write('17')").how()).isEqualTo(How.DONE);
        }
    }

    @AfterAll
    void close() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @AfterEach
    void theNeighbourHasNotNoticed() throws Exception {
        try (Session session = sandbox.resume(neighbour).orElseThrow()) {
            assertThat(session.run("print(x, open('mine.txt').read())").output()).isEqualTo("17 17\n");
        }
    }

    LocalSandbox sandbox() {
        return sandbox;
    }

    /** Runs code in a session of its own. */
    Outcome run(String code) throws InterruptedException {
        return run(sandbox, code);
    }

    static Outcome run(LocalSandbox sandbox, String code) throws InterruptedException {
        try (Session session = sandbox.begin()) {
            Outcome outcome = session.run(code);
            session.kill();
            return outcome;
        }
    }
}
