package dev.runnel.server.sandbox;

import dev.runnel.server.SandboxHere;
import dev.runnel.server.sandbox.Outcome.How;
import dev.runnel.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Code that attacks what is around it, in each way that we know: none gets out, and another thread's session never notices. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SandboxAttacks {
    private static final Duration CALL = Duration.ofSeconds(3);

    /** More than the end of a call takes on the slowest machine, and less than the calls themselves would take. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init") // opened before the first test
    private LocalSandbox sandbox;

    /** The session of another thread. */
    private String neighbour = "";

    abstract LocalSandbox open(SandboxLimits limits);

    private static SandboxLimits limits(Duration call) {
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

    private Outcome run(String code) throws InterruptedException {
        return run(sandbox, code);
    }

    private static Outcome run(LocalSandbox sandbox, String code) throws InterruptedException {
        try (Session session = sandbox.begin()) {
            Outcome outcome = session.run(code);
            session.kill();
            return outcome;
        }
    }

    /** Runs code that prints a line for each attempt that came to something. */
    private void assertNothingComesOf(String attempts) throws InterruptedException {
        Outcome outcome = run("""
                import os, socket, subprocess, sys, ctypes
                def attempt(name, what):
                    try:
                        print(name, "came to", repr(what())[:200])
                    except (OSError, subprocess.SubprocessError, ValueError) as e:
                        pass
                """ + attempts + "\nprint('tried')");
        assertThat(outcome.output()).isEqualTo("tried\n");
        assertThat(outcome.how()).isEqualTo(How.DONE);
    }

    @Test
    void thereIsNoNetwork() throws Exception {
        assertNothingComesOf("""
                for family in (socket.AF_INET, socket.AF_INET6, 16, 17, 38, 40):
                    attempt(family, lambda: socket.socket(family, socket.SOCK_STREAM))
                    attempt(family, lambda: socket.socket(family, socket.SOCK_RAW))
                attempt("name", lambda: socket.getaddrinfo("localhost", 80))
                attempt("http", lambda: __import__("urllib.request").request.urlopen("http://127.0.0.1:80"))
                def abstract():
                    s = socket.socket(socket.AF_UNIX); s.connect("\\0/tmp/.X11-unix/X0")
                attempt("abstract", abstract)
                """);
    }

    @Test
    void theMachinesFilesAreNotThereAndNothingElseCanBeWritten() throws Exception {
        assertNothingComesOf(
                """
                        for path in ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/run", "/srv", "/proc/1/root/etc/passwd",
                                     "/proc/1/cwd/etc/passwd", "/sys/kernel", "/boot", "/usr/local", "/usr/sbin", "/etc/hostname"):
                            attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())
                        for folder in ("/", "/usr", "/usr/bin", "/usr/lib", "/etc", "/dev", "/proc", "/mnt", "/proc/sys/kernel", "/dev/pts"):
                            attempt(folder, lambda: open(folder + "/new", "w"))
                        for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/usr/bin/python3", "/dev/kmsg", "/dev/mem",
                                     "/proc/kcore", "/proc/timer_list"):
                            attempt(path, lambda: os.open(path, os.O_WRONLY))
                        def map_users():
                            with open("/proc/self/uid_map", "w") as map:
                                map.write("0 0 1")
                        attempt("users", map_users)
                        """);
        assertThat(run("import os; print(sorted(os.listdir('/')))").output()).isEqualTo(
                "['bin', 'dev', 'etc', 'lib', 'lib64', 'mnt', 'proc', 'tmp', 'usr']\n");
    }

    @Test
    void theServersEnvironmentAndProcessesAreNotSeen() throws Exception {
        Outcome outcome = run(
                """
                        import os
                        print(sorted(int(p) for p in os.listdir("/proc") if p.isdigit()))
                        print(open("/proc/1/environ").read().replace("\\0", " ").strip())
                        print(sorted(os.environ))
                        # The first process could be written to, as it has the same user: it must have no more rights.
                        for pid in ("1", "self"):
                            status = dict(line.split(":\\t", 1) for line in open("/proc/%s/status" % pid) if ":\\t" in line)
                            print(os.getuid(), *(status[name].strip() for name in ("CapEff", "CapBnd", "NoNewPrivs", "Seccomp")))
                        """);
        assertThat(outcome.output().lines().toList()).satisfiesExactly(
                pids -> assertThat(pids).isEqualTo("[1, 2]"),
                environment -> assertThat(environment).matches("(PWD=/|OLDPWD=/|_=\\S+|SHLVL=\\d|\\s)*"),
                names -> assertThat(names)
                        .isEqualTo("['HOME', 'LANG', 'MPLBACKEND', 'MPLCONFIGDIR', 'OMP_NUM_THREADS', "
                                + "'OPENBLAS_NUM_THREADS', 'PATH', 'PWD', 'PYTHONDONTWRITEBYTECODE']"),
                first -> assertThat(first).isEqualTo("1000 0000000000000000 0000000000000000 1 2"),
                own -> assertThat(own).isEqualTo("1000 0000000000000000 0000000000000000 1 2"));
    }

    @Test
    void systemCallsThatLeadOutAreRefused() throws Exception {
        assertNothingComesOf(
                """
                        import errno, platform
                        libc = ctypes.CDLL(None, use_errno=True)
                        arm = platform.machine() == "aarch64"
                        calls = dict(ptrace=(101, 117), process_vm_readv=(310, 270), mount=(165, 40), umount2=(166, 39),
                            pivot_root=(155, 41), chroot=(161, 51), open_tree=(428, 428), fsopen=(430, 430), unshare=(272, 97),
                            setns=(308, 268), bpf=(321, 280), perf_event_open=(298, 241), userfaultfd=(323, 282),
                            io_uring_setup=(425, 425), io_uring_enter=(426, 426), io_uring_register=(427, 427), keyctl=(250, 219),
                            add_key=(248, 217), request_key=(249, 218), init_module=(175, 105), finit_module=(313, 273),
                            kexec_load=(246, 104), reboot=(169, 142), swapon=(167, 224), settimeofday=(164, 170),
                            open_by_handle_at=(304, 265), name_to_handle_at=(303, 264), personality=(135, 92), clone3=(435, 435),
                            sethostname=(170, 161), syslog=(103, 116), newer=(459, 459), x32=(0x40000000 + 101, 0x40000000 + 101))
                        for name, numbers in calls.items():
                            ctypes.set_errno(0)
                            result = libc.syscall(numbers[arm], 0x10000000, 0, 0, 0, 0, 0)
                            if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                                print(name, result, ctypes.get_errno())
                        for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
                            ctypes.set_errno(0)
                            if libc.syscall(220 if arm else 56, flag | 17, 0, 0, 0, 0) != -1:
                                print("clone", hex(flag))
                        """);
    }

    @Test
    void aCallOfAnotherArchitectureEndsItsProcess() throws Exception {
        assertThat(run("""
                import ctypes, mmap, os, platform
                if platform.machine() == "x86_64":
                    child = os.fork()
                    if child == 0:
                        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
                        page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, 20; int 0x80; ret
                        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
                        os._exit(0)
                    print(os.WTERMSIG(os.waitpid(child, 0)[1]) == 31)
                else:
                    print(True)
                """).output()).isEqualTo("True\n");
    }

    @Test
    void noPrivilegeCanBeHad() throws Exception {
        assertNothingComesOf("""
                attempt("setuid", lambda: os.setuid(0))
                attempt("setgroups", lambda: os.setgroups([0]))
                attempt("chroot", lambda: os.chroot("/"))
                attempt("mknod", lambda: os.mknod("/mnt/data/disk", 0o60600, os.makedev(8, 0)))
                attempt("nice", lambda: os.nice(-20))
                attempt("su", lambda: subprocess.run(["/usr/bin/su", "-c", "id"], check=True, capture_output=True))
                attempt("mount", lambda: subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "none", "/tmp"], check=True,
                                                        capture_output=True))
                attempt("unshare", lambda: subprocess.run(["/usr/bin/unshare", "-Ur", "true"], check=True,
                                                          capture_output=True))
                import resource
                attempt("limit", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
                """);
    }

    @Test
    void signalsReachNoOtherProcess() throws Exception {
        assertThat(run("""
                import os
                reached = []
                for pid in [p for p in range(1, 70000) if p != os.getpid()]:
                    try:
                        os.kill(pid, 9)
                        reached.append(pid)
                    except OSError:
                        pass
                print(reached)
                """).output()).isEqualTo("[1]\n"); // the first process of a namespace ignores signals from within it
    }

    @Test
    void aForkBombStopsAtTheLimitAndItsProcessesEndWithTheCall() throws Exception {
        try (Session session = sandbox.begin()) {
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
        try (Session session = sandbox.begin()) {
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
        Outcome outcome = run("""
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
        try (Session session = sandbox.begin()) {
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
        try (Session session = sandbox.begin()) {
            id = session.id();
            assertThat(session.run(
                    "import threading\ndef f():\n  while True: pass\nthreading.Thread(target=f, daemon=True).start()")
                    .how()).isEqualTo(How.DONE);
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        boolean ended = false;
        while (!ended && System.nanoTime() < until) {
            Thread.sleep(500);
            ended = !sandbox.keeps(id);
        }
        assertThat(ended).isTrue();
    }

    @Test
    void endlessOutputIsCutAndEndsTheSession() throws Exception {
        Outcome outcome = run("print('begin')\nwhile True: print('x' * 10_000)");
        assertThat(outcome.how()).isIn(How.LOST, How.LATE);
        assertThat(outcome.output()).startsWith("begin\n").contains("bytes left out").hasSizeLessThan(70_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // names that lead elsewhere
        "answer(b'E', json.dumps({'mark': mark, 'how': 'done', 'files': ['../x', '/etc/passwd', 'a/../../b', '.', '', 'a//b', "
                + "'a\\nb', 'x' * 5000, 7, None, 'fine.txt']}).encode()) | DONE | fine.txt",
        "answer(b'E', json.dumps({'mark': mark, 'how': 'done', 'files': ['f%d' % i for i in range(1000)]}).encode()) | DONE | f0",
        "answer(b'E', b'{') | LOST | ''",
        "answer(b'E', b'[]') | LOST | ''",
        "answer(b'E', json.dumps({'mark': 'another', 'how': 'done', 'files': []}).encode()) | LOST | ''",
        "answer(b'E', json.dumps({'mark': mark, 'how': 'won', 'files': []}).encode()) | LOST | ''",
        "answer(b'D', b'x' * 100) | LOST | ''",
        "os.write(g['answers'], b'E' + bytes([127, 255, 255, 255])) | LOST | ''",
        "os.write(g['answers'], b'\\xff' * 100000) | LOST | ''",
        "os.write(1, b'E\\0\\0\\0\\2{}') | DONE | ''",
        "os._exit(0) | LOST | ''",
        "os.close(g['answers']) | LOST | ''",
        "os.closerange(0, 256) | LOST | ''",
    })
    void aForgedAnswerIsTakenForAStrangers(String forge, How how, String first) throws Exception {
        Outcome outcome = run("""
                import json, os, sys
                f = sys._getframe(1)
                g = f.f_globals
                mark = f.f_back.f_locals["order"]["mark"]
                answer = g["answer"]
                FORGE
                """.replace("FORGE", forge));
        assertThat(outcome.how()).isEqualTo(how);
        assertThat(outcome.files()).hasSizeLessThanOrEqualTo(SandboxLimits.HANDED_BACK);
        assertThat(outcome.files().stream().findFirst().orElse("")).isEqualTo(first);
    }

    @Test
    void linksDevicesAndPipesAreNoFilesToHandBack() throws Exception {
        try (Session session = sandbox.begin()) {
            Outcome outcome = session.run("""
                    import os, socket
                    os.symlink("/etc/alternatives", "folder")
                    os.symlink("/usr/bin/python3", "link.txt")
                    os.symlink("/proc/self/environ", "environ.txt")
                    os.mkfifo("pipe")
                    socket.socket(socket.AF_UNIX).bind("socket")
                    os.makedirs("a/b")
                    n = open("a/b/c.txt", "w").write("kept")
                    """);
            assertThat(outcome.output()).isEmpty();
            assertThat(outcome.files()).containsExactly("a/b/c.txt");
            for (String name : List.of("link.txt", "environ.txt", "pipe", "socket", "a", "nothing")) {
                assertThatThrownBy(() -> session.read(name, 1000, new ByteArrayOutputStream()))
                        .isInstanceOf(IOException.class);
            }
            assertThat(session.run("print('still here')").output()).isEqualTo("still here\n");
            session.kill();
        }
    }

    @Test
    void whatTheCodeHasPutInPlaceOfAnInputIsReplacedOrTold() throws Exception {
        byte[] content = "input".getBytes(StandardCharsets.UTF_8);
        try (Session session = sandbox.begin()) {
            assertThat(session.run("""
                    import os
                    os.mkfifo("pipe"); os.symlink("/tmp/elsewhere", "link"); os.mkdir("folder")
                    """).output()).isEmpty();
            assertThat(session.put("pipe", content.length, new ByteArrayInputStream(content))).isEmpty();
            assertThat(session.put("link", content.length, new ByteArrayInputStream(content))).isEmpty();
            assertThat(session.put("folder", content.length, new ByteArrayInputStream(content)))
                    .contains("Is a directory");
            assertThat(session.run("print(open('pipe').read(), open('link').read(), os.path.exists('/tmp/elsewhere'))")
                    .output()).isEqualTo("input input False\n");
            session.kill();
        }
    }

    /** An input that comes in small pieces, as from a network. */
    @Test
    void anInputThatFillsTheFolderIsRefusedWhateverThePiecesItComesIn() throws Exception {
        byte[] large = new byte[40 << 20];
        try (Session session = sandbox.begin()) {
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
    void aCancelledCallEndsWithinASecondWithAllThatItHasStarted() throws Exception {
        String marker = "marker-" + System.nanoTime();
        CountDownLatch ended = new CountDownLatch(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            try (Session session = sandbox.begin()) {
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
        for (int i = 0; i < 200 && SandboxHere.processes(marker) < 5; i++) {
            Thread.sleep(20);
        }
        assertThat(SandboxHere.processes(marker)).isEqualTo(5);
        caller.interrupt();
        assertThat(ended.await(1, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 20 && SandboxHere.processes(marker) > 0; i++) {
            Thread.sleep(50);
        }
        assertThat(SandboxHere.processes(marker)).isZero();
    }
}
