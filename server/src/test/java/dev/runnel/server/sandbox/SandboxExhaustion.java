package dev.runnel.server.sandbox;

import dev.runnel.server.SandboxHere;
import dev.runnel.server.sandbox.Outcome.How;
import dev.runnel.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Code that tries to use up what it shares with others: processes, memory, files, time, output. */
abstract class SandboxExhaustion extends AttackedSandbox {
    @Test
    void aForkBombStopsAtTheLimitAndItsProcessesEndWithTheCall() throws Exception {
        try (Session session = sandbox().begin()) {
            Outcome outcome = session.run("""
                    import os, time
                    n = 0
                    try:
                        while n < 1000:
                            if os.fork() == 0:
                                time.sleep(100); os._exit(0)
                            n += 1
                    except OSError as e:
                        print(n < 64, e.errno)
                    """);
            assertThat(outcome.output()).isEqualTo("True 11\n");
            assertThat(session.run("print([p for p in os.listdir('/proc') if p.isdigit()])").output())
                    .isEqualTo("['1', '2']\n");
            session.kill();
        }
    }

    @Test
    void deadChildrenThatNobodyWaitsForAreGoneAfterTheCall() throws Exception {
        try (Session session = sandbox().begin()) {
            assertThat(session.run("""
                    import os
                    for _ in range(30):
                        if os.fork() == 0:
                            if os.fork() == 0:
                                os._exit(0)
                            os._exit(0)
                    """).how()).isEqualTo(How.DONE);
            Await.until("the first process of the namespace has waited for them",
                    () -> session.run("print([p for p in os.listdir('/proc') if p.isdigit()])").output()
                            .equals("['1', '2']\n"));
            session.kill();
        }
    }

    @Test
    void memoryIsLimitedForAProcessAndForAllOfThemTogether() throws Exception {
        assertThat(run("x = bytearray(1 << 30)").output()).contains("MemoryError");
        try (LocalSandbox patient = open(limits(Duration.ofMinutes(1)))) { // to take so much takes its time
            Outcome together = run(patient, """
                    import os, time
                    for _ in range(20):
                        if os.fork() == 0:
                            x = b"x" * (100 << 20); time.sleep(100)
                    time.sleep(100)
                    """);
            assertThat(together.how()).isEqualTo(How.LOST);
            assertThat(together.why()).isEqualTo("Its processes took more than 256 MiB of memory together.");
        }
    }

    @Test
    void memoryThatProcessesShareCountsOnce() throws Exception {
        try (LocalSandbox patient = open(limits(Duration.ofMinutes(1)))) { // thirty processes take their time to start
            Outcome outcome = run(patient, """
                    import os, signal, time
                    x = b"x" * (20 << 20)
                    children = []
                    for _ in range(30):
                        child = os.fork()
                        if child == 0:
                            time.sleep(100)
                        children.append(child)
                    time.sleep(2) # time for several looks at the memory
                    for child in children:
                        os.kill(child, signal.SIGKILL)
                    print("well")
                    """);
            assertThat(outcome.why()).isEmpty();
            assertThat(outcome.output()).isEqualTo("well\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mnt/data", "/tmp", "/dev/shm"})
    void filesAreLimitedInSizeAndNumber(String folder) throws Exception {
        assertThat(run("""
                import os
                try:
                    for i in range(100):
                        open("FOLDER/big%d" % i, "wb").write(bytes(1 << 20))
                except OSError as e:
                    print(i < 33, e.errno)
                for j in range(i + 1):
                    os.unlink("FOLDER/big%d" % j)
                try:
                    for i in range(10_000):
                        open("FOLDER/small%d" % i, "w").close()
                except OSError as e:
                    print(i < 501, e.errno)
                """.replace("FOLDER", folder)).output()).isEqualTo("True 28\nTrue 28\n");
    }

    @Test
    void endlessWorkIsStoppedAndTheSessionGoesOn() throws Exception {
        try (Session session = sandbox().begin()) {
            long begun = System.nanoTime();
            Outcome outcome = session.run("x = 5\nwhile True: pass");
            assertThat(outcome.how()).isEqualTo(How.LATE);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(CALL, CALL.plus(SOON));
            assertThat(session.run("x").output()).isEqualTo("5\n");
            session.kill();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "import time\nwhile True:\n  try:\n    time.sleep(100)\n  except BaseException: pass",
        "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.setitimer(signal.ITIMER_REAL, 0)\ntime.sleep(100)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "import os\nif os.fork() == 0:\n  os.setsid()\nwhile True: pass"
    })
    void codeThatDoesNotLetItselfBeStoppedIsEndedWithItsSession(String code) throws Exception {
        long begun = System.nanoTime();
        Outcome outcome = run(code);
        assertThat(outcome.how()).isIn(How.LOST, How.LATE);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CALL.plus(SOON));
    }

    @Test
    void codeThatWorksOnAfterItsCallIsEnded() throws Exception {
        String id;
        try (Session session = sandbox().begin()) {
            id = session.id();
            assertThat(session.run(
                    "import threading\ndef f():\n  while True: pass\nthreading.Thread(target=f, daemon=True).start()")
                    .how()).isEqualTo(How.DONE);
        }
        Await.until("the session ends", () -> !sandbox().keeps(id));
    }

    @Test
    void endlessOutputIsCutAndEndsTheSession() throws Exception {
        Outcome outcome = run("print('begin')\nwhile True: print('x' * 10_000)");
        assertThat(outcome.how()).isIn(How.LOST, How.LATE);
        assertThat(outcome.output()).startsWith("begin\n").contains("bytes left out").hasSizeLessThan(70_000);
    }

    /** An input that comes in small pieces, as from a network. */
    @Test
    void anInputThatFillsTheFolderIsRefusedWhateverThePiecesItComesIn() throws Exception {
        byte[] large = new byte[40 << 20];
        try (Session session = sandbox().begin()) {
            assertThat(session.run("n = open('full', 'wb').write(bytes(31 << 20))").how()).isEqualTo(How.DONE);
            InputStream pieces = new FilterInputStream(new ByteArrayInputStream(large, 0, 2 << 20)) {
                @Override
                public int read(byte[] buffer, int from, int length) throws IOException {
                    return super.read(buffer, from, Math.min(length, 1_000));
                }
            };
            assertThat(session.put("more", 2 << 20, pieces)).contains("No space left");
            assertThat(session.put("large", large.length, new ByteArrayInputStream(large)))
                    .contains("larger than 32 MiB");
            assertThat(session.run("import os; sorted(os.listdir())").output()).isEqualTo("['full']\n");
            session.kill();
        }
    }

    @Test
    void aCancelledCallEndsWithAllThatItHasStarted() throws Exception {
        String marker = "marker-" + System.nanoTime();
        CountDownLatch ended = new CountDownLatch(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            try (Session session = sandbox().begin()) {
                session.run("""
                        import os, signal, subprocess, sys, time
                        for _ in range(5):
                            if os.fork() == 0:
                                os.setsid()
                                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                                subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)", "MARKER"])
                                time.sleep(1000)
                        while True: time.sleep(0.01)
                        """.replace("MARKER", marker));
            } catch (InterruptedException e) {
                ended.countDown();
            }
        });
        Await.until("five processes work", () -> SandboxHere.processes(marker) == 5);
        caller.interrupt();
        assertThat(ended.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Await.until("none of them is left", () -> SandboxHere.processes(marker) == 0);
    }
}
