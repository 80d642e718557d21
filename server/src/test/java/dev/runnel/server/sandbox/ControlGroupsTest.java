package dev.runnel.server.sandbox;

import dev.runnel.server.SandboxHere;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The control groups of sessions: what they limit, and that none stays. Skipped where the tests may make none. */
@Timeout(300)
class ControlGroupsTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(
            2, 128L << 20, 32L << 20, 500, 30, Duration.ofSeconds(100), Duration.ofMinutes(1), Duration.ofHours(1),
            4096);

    @SuppressWarnings("NullAway.Init") // found before each test
    private ControlGroups groups;

    @BeforeEach
    void find() {
        SandboxHere.assume();
        Optional<ControlGroups> found = ControlGroups.find(LIMITS);
        Assumptions.assumeTrue(found.isPresent(), "The tests may make no control groups here.");
        groups = found.orElseThrow();
    }

    /** A server that is killed: it says in which groups its session was. */
    public static void main(String[] args) throws Exception {
        LocalSandbox sandbox = LocalSandbox.open(LIMITS, SystemTimers.get());
        Session session = sandbox.begin();
        session.run("import subprocess\nsubprocess.Popen(['/usr/bin/sleep', '1000'])");
        System.out.println(folders(ProcessHandle.current()).stream().map(Path::toString)
                .collect(Collectors.joining("\n")));
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }

    /** The folders of the groups that a server's process has made. Meanwhile other groups come and go. */
    static List<Path> folders(ProcessHandle process) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(Path.of("/sys/fs/cgroup"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes at) {
                if (folder.getFileName().toString().startsWith("runnel-" + process.pid() + "-")) {
                    found.add(folder);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path gone, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static List<String> processes(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("cgroup.procs"));
    }

    @Test
    void allProcessesOfASessionAreInItsGroupWhichGoesWithIt() throws Exception {
        List<Path> before = folders(ProcessHandle.current());
        List<Path> own = new ArrayList<>();
        try (LocalSandbox sandbox = LocalSandbox.open(LIMITS, groups, SystemTimers.get())) {
            try (Session session = sandbox.begin()) {
                String host = session.run("import socket\nsocket.gethostname()").output().strip().replace("'", "");
                for (Path folder : folders(ProcessHandle.current())) {
                    if (arguments(folder).contains(host)) {
                        own.add(folder);
                        assertThat(processes(folder)).hasSize(3); // two of bubblewrap, and Python
                    }
                }
                session.kill();
            }
            assertThat(own).isNotEmpty().allSatisfy(folder -> assertThat(folder).doesNotExist());
        }
        assertThat(folders(ProcessHandle.current())).isEqualTo(before);
    }

    private static String arguments(Path folder) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String process : processes(folder)) {
            all.append(Files.readString(Path.of("/proc/" + process + "/cmdline"), StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    /** Time stands still for the server, so that its own watch never looks. */
    @Test
    void theKernelAloneLimitsTheMemoryOfAllProcessesTogether() throws Exception {
        try (LocalSandbox sandbox = LocalSandbox.open(LIMITS, groups, new VirtualTime(Instant.EPOCH));
                Session session = sandbox.begin()) {
            Outcome outcome = session.run("""
                    import os
                    children = []
                    for _ in range(4):
                        ready, done = os.pipe()
                        child = os.fork()
                        if child == 0:
                            x = b"x" * (70 << 20)
                            os.write(done, b"1")
                            while True:
                                __import__("time").sleep(100)
                        children.append(child)
                        os.close(done)
                        os.read(ready, 1)
                    print(any(os.WIFSIGNALED(os.waitpid(child, os.WNOHANG)[1]) for child in children))
                    """);
            if (groups.version() == 1) {
                assertThat(outcome.output()).isEqualTo("True\n"); // the kernel ends one process
            } else {
                assertThat(outcome.why()).isEqualTo("Its processes took more than 128 MiB of memory together.");
            }
            session.kill();
        }
    }

    @Test
    void aServerThatWasKilledLeavesGroupsUntilTheNextOneStarts(@TempDir Path folder) throws Exception {
        Path said = folder.resolve("said");
        Process killed = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), ControlGroupsTest.class.getName())
                .redirectOutput(said.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(killed.waitFor()).isEqualTo(1);
        List<Path> left = Files.readAllLines(said).stream().map(Path::of).toList();
        assertThat(left).isNotEmpty().allSatisfy(group -> assertThat(group).exists());

        ControlGroups.find(LIMITS);

        assertThat(left).allSatisfy(group -> assertThat(group).doesNotExist());
    }

    /** A process that bubblewrap did not take with it, because the sandbox was not made yet. */
    @Test
    void processesInAGroupThatWasLeftAreEnded() throws Exception {
        Process sleeper = new ProcessBuilder("/usr/bin/sleep", "1000").start();
        ControlGroup made = groups.make();
        for (Path door : made.doors()) {
            Path left = door.resolveSibling("").resolveSibling("runnel-1-0-1"); // process 1 did not start at 0
            Files.createDirectory(left);
            Files.writeString(left.resolve("cgroup.procs"), Long.toString(sleeper.pid()));
        }
        made.close();

        ControlGroups.find(LIMITS);

        Await.until("the process has ended", () -> !sleeper.isAlive());
        for (Path door : made.doors()) {
            assertThat(door.resolveSibling("").resolveSibling("runnel-1-0-1")).doesNotExist();
        }
    }
}
