package dev.runnel.server.engine.runs;

import java.time.Duration;

/**
 * What runs may take, and what becomes of them.
 *
 * @param lifetime how long after its creation a run expires
 * @param eventRetention how long after a run's end its events can be read; the run itself, its steps and messages stay
 * @param limits how much of each there may be
 * @param onCrash what becomes of a run that was being executed when the server ended without a word
 * @param onModelBreak what becomes of a step whose model broke off after it had begun to answer
 * @param ignoreUnsupportedTools whether tools that this server does not have are taken and left out of prompts, rather than refused
 */
public record RunPolicy(Duration lifetime, Duration eventRetention, RunLimits limits, OnFault onCrash,
        OnFault onModelBreak, boolean ignoreUnsupportedTools) {
    /** How often a run is tried, counted over all crashes; and how often a step whose model broke off. */
    static final int MAX_TRIES = 3;

    /** The defaults: 10 minutes, 24 hours, the default limits, tried again, failed, refused. */
    public static final RunPolicy DEFAULTS = new RunPolicy(
            Duration.ofMinutes(10), Duration.ofHours(24), RunLimits.DEFAULTS, OnFault.RETRY, OnFault.FAIL,
            false);

    /** The same, with more or less time. */
    public RunPolicy lifetime(Duration longest) {
        return new RunPolicy(longest, eventRetention, limits, onCrash, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same, with events kept for longer or shorter. */
    public RunPolicy eventRetention(Duration kept) {
        return new RunPolicy(lifetime, kept, limits, onCrash, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same, with other limits. */
    public RunPolicy limits(RunLimits others) {
        return new RunPolicy(lifetime, eventRetention, others, onCrash, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same, with other care after a crash. */
    public RunPolicy onCrash(OnFault care) {
        return new RunPolicy(lifetime, eventRetention, limits, care, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same, with other care after a model broke off. */
    public RunPolicy onModelBreak(OnFault care) {
        return new RunPolicy(lifetime, eventRetention, limits, onCrash, care, ignoreUnsupportedTools);
    }

    /** The same, with tools that this server does not have left out or refused. */
    public RunPolicy ignoreUnsupportedTools(boolean ignored) {
        return new RunPolicy(lifetime, eventRetention, limits, onCrash, onModelBreak, ignored);
    }
}
