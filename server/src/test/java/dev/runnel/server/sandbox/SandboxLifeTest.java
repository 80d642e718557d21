package dev.runnel.server.sandbox;

import dev.runnel.server.SandboxHere;
import dev.runnel.server.sandbox.Outcome.How;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How sessions live: kept, handed on, ended, and nothing of them stays. */
@Timeout(300)
class SandboxLifeTest {
    private static final SandboxLimits TWO = SandboxLimits.DEFAULTS.sessions(2);

    /** How many calls must leave nothing behind; {@code -Dsandbox.calls=1000} tries more. */
    private static final int CALLS = Integer.getInteger("sandbox.calls", 200);

    @BeforeEach
    void assume() {
        SandboxHere.assume();
    }

    /** The ids of sessions, by the names that a test has for them. */
    private final Map<String, String> ids = new HashMap<>();

    private String run(Sandbox sandbox, String name, String code) throws InterruptedException {
        try (Session session = take(sandbox, name)) {
            return session.run(code).output();
        }
    }

    private Session take(Sandbox sandbox, String name) throws InterruptedException {
        Optional<Session> kept = sandbox.resume(id(name));
        Session session = kept.isPresent() ? kept.get() : sandbox.begin();
        ids.put(name, session.id());
        return session;
    }

    private String id(String name) {
        return ids.getOrDefault(name, "");
    }

    @Test
    void manyCallsLeaveNoProcessFileMountGroupOrDescriptor() throws Exception {
        List<Path> groups = ControlGroupsTest.folders(ProcessHandle.current());
        long processes = ProcessHandle.current().descendants().count();
        long files = count(Path.of(System.getProperty("java.io.tmpdir")));
        long mounts = Files.readAllLines(Path.of("/proc/self/mounts")).size();
        try (LocalSandbox sandbox = LocalSandbox.open(TWO, SystemTimers.get())) {
            run(sandbox, "warm", "1");
            long descriptors = count(Path.of("/proc/self/fd"));
            for (int i = 0; i < CALLS; i++) {
                assertThat(run(sandbox, "thread-" + i / 10,
                        "open('f', 'w').close()\nimport os\nos.fork()\nprint(" + i + ")"))
                        .contains(Integer.toString(i));
            }
            run(sandbox, "warm", "1");
            assertThat(sandbox.size()).isEqualTo(2);
            assertThat(count(Path.of("/proc/self/fd"))).isLessThan(descriptors + CALLS / 4); // one more session, and one made ahead
        }
        assertThat(ProcessHandle.current().descendants().count()).isLessThanOrEqualTo(processes);
        Await.until("the files of the filter are gone",
                () -> count(Path.of(System.getProperty("java.io.tmpdir"))) <= files);
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts"))).hasSize((int) mounts);
        assertThat(ControlGroupsTest.folders(ProcessHandle.current())).isSubsetOf(groups);
    }

    @Test
    void fiftySessionsAtOnceEachKeepTheirOwnState() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(SandboxLimits.DEFAULTS.sessions(50), SystemTimers.get())) {
            List<String> begun = new ArrayList<>();
            try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<String>> first = IntStream.range(0, 50)
                        .<Callable<String>>mapToObj(i -> () -> begin(sandbox, "x = " + i)).toList();
                for (Future<String> one : all.invokeAll(first)) {
                    begun.add(one.get());
                }
            }
            assertThat(begun).hasSize(50);
            assertThat(sandbox.size()).isEqualTo(50);
            Set<String> states = new HashSet<>();
            for (String id : begun) {
                try (Session session = sandbox.resume(id).orElseThrow()) {
                    states.add(session.run("x").output());
                }
            }
            assertThat(states).hasSize(50);
        }
    }

    /** Runs code in a new session. Returns the session's id. */
    private static String begin(Sandbox sandbox, String code) throws InterruptedException {
        try (Session session = sandbox.begin()) {
            assertThat(session.run(code).how()).isEqualTo(How.DONE);
            return session.id();
        }
    }

    /** A process that is started ahead of its session is nobody's: no session finds in it what another has left. */
    @Test
    void eachSessionHasAProcessOfItsOwn() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(TWO.sessions(1), SystemTimers.get())) {
            Set<String> hosts = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                try (Session session = sandbox.begin()) {
                    hosts.add(session.run("import socket\nsocket.gethostname()").output());
                    assertThat(session.run("import os\nos.listdir('.'), [n for n in dir() if n.startswith('left')]")
                            .output()).isEqualTo("([], [])\n");
                    session.run("left = 1; open('left', 'w').close(); open('/tmp/left', 'w').close()");
                }
            }
            assertThat(hosts).hasSize(10);
        }
    }

    private static long count(Path folder) throws IOException {
        String ours = "runnel-" + ProcessHandle.current().pid() + "-"; // other processes have some too
        try (Stream<Path> entries = Files.list(folder)) {
            return entries
                    .filter(entry -> folder.startsWith("/proc") || entry.getFileName().toString().startsWith(ours))
                    .count();
        }
    }

    /** The time of a session is an hour; here it is two minutes, so that the watch need not look so often. */
    @Test
    void aSessionIsEndedAfterItsTimeWithoutACall() throws Exception {
        assertThat(SandboxLimits.DEFAULTS.idle()).isEqualTo(Duration.ofHours(1));
        SandboxLimits limits = new SandboxLimits(2, 512L << 20, 8L << 20, 100, 64, Duration.ofSeconds(60),
                Duration.ofMinutes(1), Duration.ofMinutes(2), 4096);
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        try (LocalSandbox sandbox = LocalSandbox.open(limits, time)) {
            run(sandbox, "a", "x = 1");
            time.pass(Duration.ofSeconds(89));
            assertThat(run(sandbox, "a", "x")).isEqualTo("1\n");
            time.pass(Duration.ofSeconds(89));
            assertThat(sandbox.keeps(id("a"))).isTrue();
            time.pass(Duration.ofSeconds(61));
            assertThat(sandbox.keeps(id("a"))).isFalse();
            assertThat(run(sandbox, "a", "x")).contains("NameError");
        }
    }

    @Test
    void ofTooManySessionsTheOneThatWasIdleTheLongestIsEnded() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(TWO, SystemTimers.get())) {
            run(sandbox, "a", "x = 1");
            run(sandbox, "b", "x = 2");
            run(sandbox, "a", "x");
            run(sandbox, "c", "x = 3");
            assertThat(sandbox.keeps(id("a"))).isTrue();
            assertThat(sandbox.keeps(id("b"))).isFalse();
            assertThat(sandbox.size()).isEqualTo(2);
        }
    }

    @Test
    void aTakerThatIsInterruptedWhileItsSessionStartsLeavesNothing() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(TWO, SystemTimers.get())) {
            for (int i = 0; i < 40; i++) {
                Thread taker = Thread.ofVirtual().start(() -> {
                    try (Session session = sandbox.begin()) {
                        session.kill();
                    } catch (InterruptedException | SandboxException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                Thread.sleep(2L * i);
                taker.interrupt();
                taker.join();
            }
            assertThat(sandbox.size()).isZero();
        }
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> isOf("bwrap", process) && !isOfAnotherJvm(process)).toList();
        for (ProcessHandle process : left) {
            process.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    private static boolean isOf(String program, ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/" + program);
    }

    /** Whether it is of tests that run beside these. One that has lost its parent may be of this test. */
    private static boolean isOfAnotherJvm(ProcessHandle process) {
        Optional<ProcessHandle> above = process.parent();
        while (above.isPresent() && !isOf("java", above.get())) {
            above = above.get().parent();
        }
        return above.isPresent() && above.get().pid() != ProcessHandle.current().pid();
    }

    @Test
    void aTakerWaitsWhileAllSessionsAreBusy() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(SandboxLimits.DEFAULTS.sessions(1), SystemTimers.get())) {
            CountDownLatch got = new CountDownLatch(1);
            Session first = sandbox.begin();
            Thread waiter = Thread.ofVirtual().start(() -> {
                try (Session second = sandbox.begin()) {
                    got.countDown();
                    second.kill();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(got.await(300, TimeUnit.MILLISECONDS)).isFalse();
            first.close();
            assertThat(got.await(20, TimeUnit.SECONDS)).isTrue();
            waiter.join();
        }
    }

    @Test
    void aSessionThatEndedItselfIsNotKept() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(TWO, SystemTimers.get())) {
            String id;
            try (Session session = sandbox.begin()) {
                id = session.id();
                Outcome outcome = session.run("print('bye', flush=True)\nimport os\nos._exit(3)");
                assertThat(outcome.how()).isEqualTo(How.LOST);
                assertThat(outcome.output()).isEqualTo("bye\n");
                assertThat(outcome.why()).isNotEmpty();
            }
            assertThat(sandbox.resume(id)).isEmpty();
        }
    }

    @Test
    void filesGoInAndComeOutByteForByteAndOneThatDoesNotFitIsRefused() throws Exception {
        byte[] bytes = new byte[3 << 20];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        SandboxLimits small = new SandboxLimits(1, 256L << 20, 8L << 20, 100, 64, Duration.ofSeconds(20),
                Duration.ofMinutes(1), Duration.ofHours(1), 4096);
        try (LocalSandbox sandbox = LocalSandbox.open(small, SystemTimers.get());
                Session session = sandbox.begin()) {
            assertThat(session.put("in.bin", bytes.length, new ByteArrayInputStream(bytes))).isEmpty();
            assertThat(session.run("n = open('out.bin', 'wb').write(open('in.bin', 'rb').read())").files())
                    .containsExactly("out.bin");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            session.read("out.bin", bytes.length, out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThat(session.put("more.bin", bytes.length, new ByteArrayInputStream(bytes)))
                    .contains("No space left");
            assertThat(session.run("import os; sorted(os.listdir())").output()).isEqualTo("['in.bin', 'out.bin']\n");
            assertThatThrownBy(() -> session.read("out.bin", 1000, new ByteArrayOutputStream()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsPrintedComesInItsOrderFromWhereverItIsPrinted() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(TWO, SystemTimers.get())) {
            String output = run(sandbox, "a", """
                    import os, subprocess, sys
                    print("print ü", flush=True)
                    os.write(1, b"write\\n")
                    subprocess.run(["/bin/echo", "child"])
                    print("error", file=sys.stderr)
                    sys.stdout.buffer.write(b"\\xff\\n"); sys.stdout.flush()
                    os.close(1)
                    """);
            assertThat(output).isEqualTo("print ü\nwrite\nchild\nerror\n\ufffd\n");
            assertThat(run(sandbox, "a", "print('again')")).isEqualTo("again\n");
            assertThat(run(sandbox, "a", "import sys\nsys.stdout = None\nsys.exit(1)")).isEqualTo("SystemExit: 1\n");
            assertThat(run(sandbox, "a", "input()")).contains("EOFError");
            assertThat(run(sandbox, "a", "1 +")).contains("SyntaxError");
            assertThat(new String(run(sandbox, "a", "print('\\0x')").getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8)).isEqualTo("\\0x\n");
        }
    }

    @Test
    void aPackageThatIsMissingIsToldInWords() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(TWO, SystemTimers.get())) {
            assertThat(run(sandbox, "a", "import nothing_of_this_name")).contains(
                    "The package 'nothing_of_this_name' is not installed here, and nothing can be installed");
        }
    }
}
