package dev.runnel.server.sandbox;

import java.util.List;

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

    /** How a call ended. */
    public enum How {
        /** The code came to its end. */
        DONE,
        /** The code raised an exception, which the output tells. */
        FAILED,
        /** The code took too long and was stopped. The session goes on. */
        LATE,
        /** The session has ended: what it had in memory and in files is lost. */
        LOST
    }

    /** Keeps an unchangeable copy. */
    public Outcome {
        files = List.copyOf(files);
    }
}
