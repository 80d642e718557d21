package dev.runnel.server.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The control groups of sessions, on a machine where the server may make some: below the group that the server itself is in. The
 * kernel then limits memory and number of all processes of a session together. Version 2 is taken where it has both
 * controllers, otherwise version 1. Thread-safe.
 */
final class ControlGroups {
    private static final System.Logger LOG = System.getLogger(ControlGroups.class.getName());

    private static final String MEMORY = "memory";
    private static final String PIDS = "pids";
    private static final Set<String> CONTROLLERS = Set.of(MEMORY, PIDS);

    /**
     * The group into which the server moves itself in version 2: a group that has groups with limits below it must have no
     * processes of its own.
     */
    private static final String SERVER = "runnel-server";

    /** The name of a session's group: by whose process it was made, when that process started, and a number. */
    private static final Pattern NAME = Pattern.compile("runnel-(\\d+)-(\\d+)-\\d+");

    /** How many processes hold a session's sandbox, and are not seen by its code. */
    private static final int HOLDERS = 4;

    /** Bytes for what the kernel itself needs for a session's processes. */
    private static final long KERNEL = 16L << 20;

    /** Is there where systemd has started the machine. */
    private static final Path SYSTEMD = Path.of("/run/systemd/system");

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Moves itself into a group. */
    private static final String TRIAL = "echo 0 >\"$1\"";

    private static final int TRIAL_SECONDS = 10;

    private final int version;
    private final List<Place> places;

    /**
     * A folder below which groups are made.
     *
     * @param limits of each new group, in the order in which the kernel takes them
     */
    private record Place(Path folder, List<Limit> limits) {}

    /** A limit, which is left out where the kernel does not have its file. */
    private record Limit(String file, long value) {}

    private ControlGroups(int version, List<Place> places) {
        this.version = version;
        this.places = places;
    }

    /** Which groups the server may make for sessions of these limits; empty if none. Removes those that a crashed server left. */
    static Optional<ControlGroups> find(SandboxLimits limits) {
        try {
            List<Hierarchy> hierarchies = Hierarchy.all();
            Optional<ControlGroups> unified = unified(hierarchies, limits);
            Optional<ControlGroups> found = unified.isPresent() ? unified : separate(hierarchies, limits);
            if (found.isPresent()) {
                found.get().removeLeft();
                found.get().tryOne();
            }
            return found;
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the server makes no control groups", e);
            return Optional.empty();
        }
    }

    /**
     * A hierarchy of control groups that is mounted.
     *
     * @param controllers those of version 1; empty for version 2
     * @param own the group that this process is in
     */
    private record Hierarchy(Set<String> controllers, Path own) {
        private static final Pattern MOUNT = Pattern
                .compile("\\S+ \\S+ \\S+ (\\S+) (\\S+) .* - (cgroup2?) \\S+ (\\S+)");

        static List<Hierarchy> all() throws IOException {
            Map<Set<String>, String> groups = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                    .map(line -> line.split(":", 3))
                    .collect(Collectors.toMap(parts -> controllers(parts[1]), parts -> parts[2], (a, _) -> a));
            List<Hierarchy> found = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                Matcher mount = MOUNT.matcher(line);
                if (mount.matches()) {
                    Set<String> options = mount.group(3).equals("cgroup2") ? Set.of() : controllers(mount.group(4));
                    groups.forEach((controllers, group) -> {
                        if (controllers.isEmpty() == options.isEmpty() && options.containsAll(controllers)) {
                            below(mount.group(1), group).ifPresent(path -> found.add(
                                    new Hierarchy(controllers, Path.of(mount.group(2)).resolve(path))));
                        }
                    });
                }
            }
            return found;
        }

        private static Set<String> controllers(String text) {
            return text.isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(text.split(",", -1)));
        }

        /** A group's path below the root of a mount; empty if it is elsewhere. */
        private static Optional<String> below(String root, String group) {
            String from = root.equals("/") ? "" : root;
            return (group + "/").startsWith(from + "/") && !(group + "/").contains("/../")
                    ? Optional.of(group.substring(from.length()).replaceFirst("^/", ""))
                    : Optional.empty();
        }
    }

    // ---- version 2

    private static Optional<ControlGroups> unified(List<Hierarchy> hierarchies, SandboxLimits limits)
            throws IOException {
        for (Hierarchy one : hierarchies) {
            if (one.controllers().isEmpty()) {
                Path folder = one.own().endsWith(SERVER) ? one.own().resolveSibling("") : one.own();
                if (hands(folder, one.own())) {
                    return Optional.of(new ControlGroups(2, List.of(new Place(folder, List.of(
                            new Limit("memory.max", memory(limits)), new Limit("memory.swap.max", 0),
                            new Limit("memory.oom.group", 1), new Limit("pids.max", processes(limits)))))));
                }
            }
        }
        return Optional.empty();
    }

    /** Sees to it that groups below a folder have the controllers. False if the server may not have that. */
    private static boolean hands(Path folder, Path own) throws IOException {
        Path handed = folder.resolve("cgroup.subtree_control");
        if (!Files.isWritable(handed) || !isLeftToUs(folder)
                || !words(folder.resolve("cgroup.controllers")).containsAll(CONTROLLERS)) {
            return false;
        }
        if (words(handed).containsAll(CONTROLLERS)) {
            return true;
        }
        if (own.equals(folder) && !leave(folder)) {
            return false;
        }
        Files.writeString(handed, "+" + String.join(" +", CONTROLLERS));
        return true;
    }

    /** Root may write to all groups; but where systemd has not delegated one, what is below it is systemd's. */
    private static boolean isLeftToUs(Path folder) throws IOException {
        if (!Probe.isRoot() || !Files.isDirectory(SYSTEMD)) {
            return true;
        }
        UserDefinedFileAttributeView marks = Files.getFileAttributeView(folder, UserDefinedFileAttributeView.class);
        return marks != null && marks.list().contains("delegate");
    }

    /** Moves the server out of its group into one below it. False if other processes are there, which are not the server's. */
    private static boolean leave(Path folder) throws IOException {
        List<String> processes = Files.readAllLines(folder.resolve("cgroup.procs"));
        long self = ProcessHandle.current().pid();
        Set<String> ours = Stream.concat(Stream.of(self), ProcessHandle.current().descendants().map(ProcessHandle::pid))
                .map(String::valueOf).collect(Collectors.toSet());
        if (!ours.containsAll(processes)) {
            return false;
        }
        Path server = folder.resolve(SERVER);
        Files.createDirectories(server);
        for (String process : processes) {
            Files.writeString(server.resolve("cgroup.procs"), process);
        }
        return true;
    }

    private static Set<String> words(Path file) throws IOException {
        return new HashSet<>(Arrays.asList(Files.readString(file).strip().split("\\s+", -1)));
    }

    // ---- version 1

    private static Optional<ControlGroups> separate(List<Hierarchy> hierarchies, SandboxLimits limits) {
        Map<String, List<Limit>> wanted = Map.of(
                MEMORY, List.of(
                        new Limit("memory.limit_in_bytes", memory(limits)),
                        new Limit("memory.memsw.limit_in_bytes", memory(limits))), // with what is swapped out
                PIDS, List.of(new Limit("pids.max", processes(limits))));
        List<Place> places = new ArrayList<>();
        for (Hierarchy one : hierarchies) {
            if (Files.isWritable(one.own())) {
                wanted.forEach((controller, all) -> {
                    if (one.controllers().contains(controller)) {
                        places.add(new Place(one.own(), all));
                    }
                });
            }
        }
        return places.size() == wanted.size() ? Optional.of(new ControlGroups(1, places)) : Optional.empty();
    }

    // ---- groups

    /** Files in memory count as memory here. */
    private static long memory(SandboxLimits limits) {
        return limits.memory() + limits.data() + KERNEL;
    }

    private static long processes(SandboxLimits limits) {
        return limits.processes() + (long) HOLDERS;
    }

    /** 1 or 2. */
    int version() {
        return version;
    }

    /**
     * Makes a group without processes. The caller closes it.
     *
     * @throws IOException if it cannot be made
     */
    ControlGroup make() throws IOException {
        long pid = ProcessHandle.current().pid();
        String name = "runnel-" + pid + "-" + start(pid) + "-" + NUMBERS.incrementAndGet();
        List<Path> folders = places.stream().map(place -> place.folder().resolve(name)).distinct().toList();
        ControlGroup group = new ControlGroup(folders);
        try {
            for (Path folder : folders) {
                Files.createDirectory(folder);
            }
            for (Place place : places) {
                for (Limit limit : place.limits()) {
                    Path file = place.folder().resolve(name).resolve(limit.file());
                    if (Files.exists(file)) {
                        Files.writeString(file, Long.toString(limit.value()));
                    }
                }
            }
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    /** Finds out whether a process can move into a group. */
    private void tryOne() throws IOException {
        ControlGroup group = make();
        try {
            for (Path door : group.doors()) {
                Process process = new ProcessBuilder("/bin/sh", "-c", TRIAL, "sh", door.toString())
                        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new IOException("no process can be moved into a control group at " + door);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a control group was tried", e);
        } finally {
            group.close();
        }
    }

    /** Removes groups of servers that have ended, with all processes in them. */
    private void removeLeft() throws IOException {
        Set<Path> left = new HashSet<>();
        for (Place place : places) {
            try (Stream<Path> all = Files.list(place.folder())) {
                all.filter(ControlGroups::isLeft).forEach(left::add);
            }
        }
        left.forEach(one -> new ControlGroup(List.of(one)).close());
    }

    private static boolean isLeft(Path folder) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        return name.matches() && !start(Long.parseLong(name.group(1))).equals(name.group(2));
    }

    /** When a process was started, in the kernel's ticks; empty if there is none. With its number it is never the same again. */
    private static String start(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
        } catch (IOException e) {
            return "";
        }
    }
}
