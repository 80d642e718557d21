package dev.runnel.server.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds out whether this machine can have a sandbox, and says what is missing. */
final class Probe {
    /** Tries to get out in a few ways, and prints what should hold. */
    private static final String TRIAL = """
            import os, socket
            def status(pid):
                return dict(line.split(":\\t", 1) for line in open("/proc/%s/status" % pid) if ":\\t" in line)
            both = [status("1"), status("self")]
            def refused(attempt):
                try:
                    attempt()
                    return False
                except OSError:
                    return True
            print("filter", all(one["Seccomp"].strip() == "2" for one in both))
            print("privileges", os.getuid() != 0
                  and all(one["NoNewPrivs"].strip() == "1" and int(one["CapEff"], 16) == 0 for one in both))
            print("processes", all(int(name) < 100 for name in os.listdir("/proc") if name.isdigit()))
            print("network", set(os.listdir("/sys/class/net") if os.path.exists("/sys") else []) <= {"lo"}
                  and refused(lambda: socket.socket(socket.AF_INET)))
            print("files", refused(lambda: open("/x", "w")) and refused(lambda: open("/dev/x", "w"))
                  and refused(lambda: open("/etc/passwd")))
            """;

    private static final String EXPECTED = """
            filter True
            privileges True
            processes True
            network True
            files True
            """;

    private Probe() {}

    static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (java.io.IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Checks what can be seen without a trial. */
    static Architecture checkMachine(boolean root) {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            throw new SandboxException("The sandbox for Python needs Linux, with bubblewrap; this is "
                    + System.getProperty("os.name") + ".");
        }
        Architecture architecture = Architecture.of(System.getProperty("os.arch")).orElseThrow(
                () -> new SandboxException("The sandbox for Python has no filter of system calls for this processor, "
                        + System.getProperty("os.arch") + "."));
        Set<String> missing = new LinkedHashSet<>();
        Profile.programs(root).forEach((program, needed) -> {
            if (!Files.isExecutable(Path.of(program))) {
                missing.add(needed);
            }
        });
        if (!missing.isEmpty()) {
            throw new SandboxException("The sandbox for Python needs programs that are not there. On Debian and Ubuntu:"
                    + " apt-get install " + String.join(" ", missing) + ".");
        }
        return architecture;
    }

    /** Tries the sandbox. */
    static void check(Sandbox sandbox) {
        try (Session session = sandbox.begin()) {
            Outcome outcome = session.run(TRIAL);
            session.kill();
            if (!outcome.output().equals(EXPECTED)) {
                throw new SandboxException("The sandbox for Python does not contain what it should: "
                        + outcome.output().strip() + " " + outcome.why());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("The sandbox for Python could not be tried.", e);
        } catch (SandboxException e) {
            throw new SandboxException(e.getMessage() + remedy(String.valueOf(e.getMessage())), e);
        }
    }

    private static final Map<String, String> REMEDIES = Map.of(
            "disable-userns", " bubblewrap must be 0.8 or newer.",
            "unshare", namespaces(),
            "uid_map", namespaces(),
            "uid map", namespaces(),
            "Operation not permitted", namespaces(),
            "Permission denied", namespaces());

    private static String namespaces() {
        return " It needs user namespaces. In a container, allow them (Docker: --security-opt seccomp=unconfined"
                + " --security-opt apparmor=unconfined --security-opt systempaths=unconfined); on Ubuntu 23.10 and newer,"
                + " allow them with an AppArmor profile or sysctl kernel.apparmor_restrict_unprivileged_userns=0."
                + " See docs/code-interpreter.md.";
    }

    private static String remedy(String message) {
        return REMEDIES.entrySet().stream().filter(entry -> message.contains(entry.getKey()))
                .map(Map.Entry::getValue).findFirst().orElse("");
    }
}
