package dev.runnel.server.sandbox;

import java.time.Duration;

/**
 * The limits of sessions.
 *
 * @param sessions sessions at once, with those that are kept without a call
 * @param memory bytes of memory for all processes of a session together; the files come on top
 * @param data bytes of all files of a session together, which are in memory
 * @param files number of files and folders of a session
 * @param processes processes and threads of a session
 * @param call how long one call may take
 * @param cpu processor time of one process over its life
 * @param idle how long a session is kept without a call
 * @param output bytes of what one call prints that are kept: half of them from its beginning, half from its end
 */
public record SandboxLimits(int sessions, long memory, long data, int files, int processes, Duration call, Duration cpu,
        Duration idle, int output) {
    private static final long MIB = 1L << 20;

    /** 10 sessions of 1 GiB of memory and 256 MiB of files, 60 seconds a call, kept for an hour. */
    public static final SandboxLimits DEFAULTS = new SandboxLimits(
            10, 1024 * MIB, 256 * MIB, 10_000, 64, Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofHours(1),
            64 * 1024);

    /** How many bytes one call may print before its session is ended. */
    static final long MOST_PRINTED = 64 * MIB;

    /** How many files one call may hand back. */
    public static final int HANDED_BACK = 20;

    /** How many files one process may have open. */
    static final int DESCRIPTORS = 256;

    /** Why a session is ended whose processes take too much memory. */
    String tooMuchMemory() {
        return "Its processes took more than " + (memory >> 20) + " MiB of memory together.";
    }

    /** The same limits with another number of sessions. */
    public SandboxLimits sessions(int most) {
        return new SandboxLimits(most, memory, data, files, processes, call, cpu, idle, output);
    }

    /** The same limits with another amount of memory. */
    public SandboxLimits memory(long bytes) {
        return new SandboxLimits(sessions, bytes, data, files, processes, call, cpu, idle, output);
    }

    /** The same limits with another time for a call. */
    public SandboxLimits call(Duration most) {
        return new SandboxLimits(sessions, memory, data, files, processes, most, cpu, idle, output);
    }
}
