package dev.runnel.server.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The result of a call.
 *
 * @param how how it ended
 * @param output what it printed, standard output and standard error as they came; the middle of a long one is left out
 * @param why if the session has ended, a sentence that says why; otherwise empty
 * @param files the files that it made or changed, at most {@link SandboxLimits#HANDED_BACK}: paths within the session's
 *     folder, with slashes, without parts that are empty, {@code .} or {@code ..}, and without control characters
 * @param moreFiles whether there are more
 */
public record Outcome(How how, String output, String why, List<String> files, boolean moreFiles) {
    /** Parts of a path: neither empty nor {@code .} or {@code ..}, without control characters and odd spaces. */
    private static final Pattern PATH = Pattern.compile(
            "(?!\\.{1,2}(?:/|$))[^/\\p{Cntrl}\\p{Cf}\\p{Cs}]+(?:/(?!\\.{1,2}(?:/|$))[^/\\p{Cntrl}\\p{Cf}\\p{Cs}]+){0,8}");

    private static final int MAX_PATH = 255;

    /** How a call ended. */
    public enum How {
        /** The code came to its end. */
        DONE,
        /** The code raised an exception, which the output tells. */
        FAILED,
        /** The code took too long and was stopped. The session goes on. */
        LATE,
        /** The session has ended: what it had in memory and in files is lost. */
        LOST;

        /** Its name in messages between processes. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The way of a name; empty if there is none. */
        public static Optional<How> of(String wire) {
            return Arrays.stream(values()).filter(how -> how.wire().equals(wire)).findFirst();
        }
    }

    /** Keeps an unchangeable copy. */
    public Outcome {
        files = List.copyOf(files);
    }

    /** A call that ended with its session. */
    public static Outcome lost(String output, String why) {
        return new Outcome(How.LOST, output, why, List.of(), false);
    }

    /**
     * A call after which the session goes on.
     *
     * @param claimed the names of the files by the word of a stranger; those that are no such paths are left out
     * @param more whether there are more files than those that are claimed
     */
    public static Outcome of(How how, String output, List<String> claimed, boolean more) {
        List<String> good = claimed.stream().filter(Outcome::good).toList();
        int kept = Math.min(good.size(), SandboxLimits.HANDED_BACK);
        return new Outcome(how, output, "", good.subList(0, kept), more || kept < good.size());
    }

    private static boolean good(String path) {
        return path.length() <= MAX_PATH && PATH.matcher(path).matches() && path.equals(path.strip());
    }
}
