package dev.runnel.server.sandbox;

import dev.runnel.server.SandboxHere;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The attacks again, on a sandbox that an ordinary user has opened. The kernel limits the processes of root and of others in
 * different ways; if the tests run as root, only a process of its own can show that of a user.
 */
@Timeout(300)
class SandboxAsUserTest {
    private static final String NOBODY = "65534";

    /** The jars that the attacks need. */
    private static final Pattern NEEDED = Pattern.compile(
            "(runnel|jackson|junit|opentest4j|assertj|byte-buddy|jspecify|apiguardian).*\\.jar");

    /** The program of the user's process: it carries out the attacks, and says who it is and how they ended. */
    public static void main(String[] args) throws IOException {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(SandboxAttackTest.class)).build(), listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        System.out.println("user " + Files.getAttribute(Path.of("/proc/self"), "unix:uid") + ", contained "
                + summary.getTestsSucceededCount() + ", not contained " + summary.getTotalFailureCount()
                + ", not tried " + summary.getTestsSkippedCount() + summary.getTestsAbortedCount());
        System.exit(0);
    }

    @Test
    void theAttacksAreContainedForAnOrdinaryUserToo(@TempDir Path folder) throws Exception {
        SandboxHere.assume();
        Assumptions.assumeTrue(Probe.isRoot(), "The tests are run by an ordinary user: all attacks are.");
        List<String> command = List.of("/usr/bin/setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", readable(folder), SandboxAsUserTest.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).containsPattern("user 65534, contained [3-9]\\d, not contained 0, not tried 00\n");
    }

    /** Copies the class path to where every user can read it. */
    private static String readable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            boolean needed = Files.isDirectory(source)
                    || (Files.exists(source) && NEEDED.matcher(source.getFileName().toString()).matches());
            if (needed) {
                Path copy = folder.resolve(copies.size() + "-" + source.getFileName());
                copy(source, copy);
                copies.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Files.copy(each, target.resolve(source.relativize(each).toString()));
            }
        }
    }
}
