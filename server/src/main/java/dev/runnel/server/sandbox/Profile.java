package dev.runnel.server.sandbox;

import dev.runnel.protocol.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command line that starts a session's process, locked in. Immutable. */
final class Profile {
    /** As whom sessions run if the server runs as root. */
    private static final String NOBODY = "65534";

    /**
     * Moves itself into control groups, so that all that it starts is in them from the beginning. Then opens the filter, which the
     * sandbox reads from a descriptor of its own: Java hands on none but the first three.
     */
    private static final String IN_GROUPS_WITH_FILTER = """
            while [ "$1" != -- ]; do echo 0 >"$1" && shift || exit; done
            shift && exec 9<"$1" && shift && exec "$@\"""";

    /**
     * Makes the file system for all that a session writes, limited in bytes and in files, which bubblewrap cannot limit.
     * It is mounted in a namespace of its own, and is gone with the last process in it.
     */
    private static final String WITH_FILES = """
            options=$1 && shift && mount -t tmpfs -o "$options" none /mnt \
            && mkdir -m 700 /mnt/data /mnt/tmp /mnt/shm && exec "$@\"""";

    /** The paths of the machine that a session can read. A path that does not exist is left out. */
    private static final List<String> SEEN = List.of(
            "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share", "/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts",
            "/etc/matplotlibrc", "/etc/mime.types");

    /** Folders that are links into /usr on most systems. */
    private static final List<String> LINKS = List.of("bin", "lib", "lib64");

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH", "/usr/bin:/bin",
            "HOME", "/tmp",
            "LANG", "C.UTF-8",
            "MPLCONFIGDIR", "/tmp/.matplotlib",
            "OPENBLAS_NUM_THREADS", "1",
            "OMP_NUM_THREADS", "1",
            "PYTHONDONTWRITEBYTECODE", "1");

    private final Path filter;
    private final SandboxLimits limits;
    private final boolean root;

    /**
     * A profile.
     *
     * @param filter a file with the filter of system calls
     * @param root whether the server runs as root
     */
    Profile(Path filter, SandboxLimits limits, boolean root) {
        this.filter = filter;
        this.limits = limits;
        this.root = root;
    }

    /** The programs that it needs, by the packages of Debian and Ubuntu that have them. */
    static Map<String, String> programs(boolean root) {
        Map<String, String> programs = new LinkedHashMap<>();
        programs.put("/usr/bin/bwrap", "bubblewrap");
        programs.put("/usr/bin/python3", "python3");
        programs.put("/usr/bin/unshare", "util-linux");
        programs.put("/usr/bin/mount", "mount");
        if (root) {
            programs.put("/usr/bin/setpriv", "util-linux");
        }
        return programs;
    }

    /**
     * The command line.
     *
     * @param host the sandbox's name for its machine, by which its processes can be told from those of others
     * @param doors the files through which a process moves into the session's control groups
     */
    List<String> command(String host, List<Path> doors) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", IN_GROUPS_WITH_FILTER, "sh"));
        doors.forEach(door -> command.add(door.toString()));
        command.addAll(List.of("--", filter.toString()));
        if (root) {
            command.addAll(List.of("/usr/bin/setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"));
        }
        command.addAll(List.of("/usr/bin/unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", WITH_FILES,
                "sh", "size=" + limits.data() + ",nr_inodes=" + limits.files() + ",mode=0755,nosuid,nodev"));
        command.addAll(List.of("/usr/bin/bwrap", "--unshare-all", "--unshare-user", "--disable-userns",
                "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"));
        ENVIRONMENT.forEach((name, value) -> command.addAll(List.of("--setenv", name, value)));
        SEEN.forEach(path -> command.addAll(List.of("--ro-bind-try", path, path)));
        LINKS.forEach(name -> command.addAll(Files.isSymbolicLink(Path.of("/" + name))
                ? List.of("--symlink", "usr/" + name, "/" + name)
                : List.of("--ro-bind-try", "/" + name, "/" + name)));
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--bind", "/mnt/shm", "/dev/shm",
                "--remount-ro", "/dev", "--bind", "/mnt/tmp", "/tmp", "--bind", "/mnt/data", Sandbox.FOLDER,
                "--remount-ro", "/", "--chdir", Sandbox.FOLDER, "--hostname", host, "--uid", "1000", "--gid",
                "1000", "--seccomp", "9"));
        command.addAll(List.of("/usr/bin/python3", "-I", "-c", PROGRAM, settings()));
        return command;
    }

    private String settings() {
        return JsonValue.of(Map.of(
                "memory", limits.memory(), "data", limits.data(), "processes", limits.processes(),
                "cpu", limits.cpu().toSeconds(), "descriptors", SandboxLimits.DESCRIPTORS,
                "seconds", seconds(limits.call()), "files", SandboxLimits.HANDED_BACK)).toString();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static final String PROGRAM = program();

    private static String program() {
        try (InputStream in = Profile.class.getResourceAsStream("session.py")) {
            if (in == null) {
                throw new IllegalStateException("session.py is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
