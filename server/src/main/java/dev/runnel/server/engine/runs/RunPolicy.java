package dev.runnel.server.engine.runs;

import dev.runnel.server.base.OnFault;
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
}
