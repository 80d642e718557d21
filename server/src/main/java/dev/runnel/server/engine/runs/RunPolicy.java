package dev.runnel.server.engine.runs;

import java.time.Duration;

/**
 * How long runs may take, how large they may get, and what happens when they are cut off.
 *
 * @param lifetime how long after its creation a run expires
 * @param eventRetention how long after a run's end its events can be read; the run itself, its steps and messages stay
 * @param limits how many runs, rounds, events and characters there may be
 * @param onCrash what happens to a run that was being executed when the server crashed
 * @param onModelBreak what happens to a step whose model broke off after it had begun to answer
 * @param ignoreUnsupportedTools whether a run with tools that this server does not have is accepted, and the tools are
 *     left out of its prompts; otherwise the run is refused
 */
public record RunPolicy(Duration lifetime, Duration eventRetention, RunLimits limits, OnFault onCrash,
        OnFault onModelBreak, boolean ignoreUnsupportedTools) {
    /** How often a run is tried, over all crashes. Also how often a model call is made whose reply breaks off. */
    static final int MAX_TRIES = 3;

    /**
     * The defaults: runs expire after 10 minutes, events are kept for 24 hours, a run is tried again after a crash, a
     * run whose model breaks off fails, and unsupported tools are refused. The limits are {@link RunLimits#DEFAULTS}.
     */
    public static final RunPolicy DEFAULTS = new RunPolicy(
            Duration.ofMinutes(10), Duration.ofHours(24), RunLimits.DEFAULTS, OnFault.RETRY, OnFault.FAIL,
            false);

    /** The same policy with another lifetime of runs. */
    public RunPolicy lifetime(Duration longest) {
        return new RunPolicy(longest, eventRetention, limits, onCrash, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same policy with another retention of events. */
    public RunPolicy eventRetention(Duration kept) {
        return new RunPolicy(lifetime, kept, limits, onCrash, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same policy with other limits. */
    public RunPolicy limits(RunLimits others) {
        return new RunPolicy(lifetime, eventRetention, others, onCrash, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same policy with another treatment of crashes. */
    public RunPolicy onCrash(OnFault care) {
        return new RunPolicy(lifetime, eventRetention, limits, care, onModelBreak, ignoreUnsupportedTools);
    }

    /** The same policy with another treatment of models that break off. */
    public RunPolicy onModelBreak(OnFault care) {
        return new RunPolicy(lifetime, eventRetention, limits, onCrash, care, ignoreUnsupportedTools);
    }

    /** The same policy, with unsupported tools left out or refused. */
    public RunPolicy ignoreUnsupportedTools(boolean ignored) {
        return new RunPolicy(lifetime, eventRetention, limits, onCrash, onModelBreak, ignored);
    }
}
