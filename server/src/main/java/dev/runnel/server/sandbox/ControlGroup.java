package dev.runnel.server.sandbox;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The control group of one session: a folder of the kernel's; in version 1, one for each controller. Thread-safe. */
final class ControlGroup implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlGroup.class.getName());

    private static final String PROCESSES = "cgroup.procs";

    /** How long to wait for the end of processes that were killed. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int BETWEEN_TRIES_MILLIS = 2;

    private final List<Path> folders;

    ControlGroup(List<Path> folders) {
        this.folders = folders;
    }

    /** The files into which a process writes 0 to move into the group. */
    List<Path> doors() {
        return folders.stream().map(folder -> folder.resolve(PROCESSES)).toList();
    }

    /** Whether the kernel has ended a process of the group, because all of them took more memory than they may. */
    boolean ranOutOfMemory() {
        return folders.stream().flatMap(folder -> Stream.of("memory.events", "memory.oom_control").map(folder::resolve))
                .flatMap(file -> lines(file).stream())
                .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // the kernel has no such file, or the group is gone
        }
    }

    /** Ends all processes of the group, at once. */
    void kill() {
        for (Path folder : folders) {
            Path kill = folder.resolve("cgroup.kill"); // version 2, since Linux 5.14
            try {
                if (Files.exists(kill)) {
                    Files.writeString(kill, "1");
                    continue;
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the processes of a control group are ended one by one", e);
            }
            for (String process : lines(folder.resolve(PROCESSES))) {
                ProcessHandle.of(Long.parseLong(process)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    /** Ends all processes of the group, and removes it. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + END_NANOS;
        for (Path folder : folders) {
            while (!removed(folder)) {
                if (System.nanoTime() - end > 0) {
                    LOG.log(Level.WARNING, "the control group {0} cannot be removed", folder);
                    break;
                }
                kill();
                interrupted |= pause();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False while there are processes in it. */
    private static boolean removed(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether the thread was interrupted. */
    private static boolean pause() {
        try {
            Thread.sleep(BETWEEN_TRIES_MILLIS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
