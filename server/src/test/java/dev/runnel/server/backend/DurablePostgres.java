package dev.runnel.server.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the system's own, as Debian's packages install it: unlike {@link PostgresServer} with all that makes commits
 * durable, so that a test may end it in the middle. For one thread.
 */
public final class DurablePostgres implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final String folder;
    private final int port;

    private DurablePostgres(Path programs, String folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    private static Optional<Path> programs() {
        try (Stream<Path> versions = Files.isDirectory(INSTALLED) ? Files.list(INSTALLED) : Stream.empty()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one with an empty database; empty if none is installed. */
    public static Optional<DurablePostgres> start() {
        return programs().map(programs -> {
            String folder = run(List.of("mktemp", "-d"));
            run(List.of(programs.resolve("initdb").toString(), "-D", folder + "/data", "-U", "runnel", "-A", "trust"));
            DurablePostgres started = new DurablePostgres(programs, folder, freePort());
            started.control("start");
            return started;
        });
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void control(String... words) {
        List<String> command = new ArrayList<>(List.of(programs.resolve("pg_ctl").toString(), "-w", "-D",
                folder + "/data",
                "-l", folder + "/log", "-o", "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1"));
        command.addAll(List.of(words));
        run(command);
    }

    /** Runs a program as a user that the server's programs accept: they refuse to be run as root. */
    private static String run(List<String> command) {
        boolean root = System.getProperty("user.name").equals("root");
        List<String> line = new ArrayList<>(root ? List.of("runuser", "-u", "postgres", "--") : List.of());
        line.addAll(command);
        try {
            Path out = Files.createTempFile("postgres", ".out");
            Process process = new ProcessBuilder(line).directory(Path.of("/").toFile()).redirectErrorStream(true)
                    .redirectOutput(out.toFile()).start();
            int status = process.waitFor();
            String said = Files.readString(out).strip();
            Files.delete(out);
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", line) + " ended with status " + status + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The URL of its database. */
    public String url() {
        return "postgresql://runnel@127.0.0.1:" + port + "/postgres?lease=2";
    }

    /** Ends all its processes at once, without a checkpoint, and starts it again. */
    public void crashAndRestart() {
        control("restart", "-m", "immediate");
    }

    @Override
    public void close() {
        control("stop", "-m", "immediate");
        run(List.of("rm", "-r", folder));
    }
}
