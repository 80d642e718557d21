package dev.runnel.server.engine;

import java.time.Duration;

/**
 * What runs may take, and what becomes of them.
 *
 * @param lifetime how long after its creation a run expires
 * @param eventRetention how long after a run's end its events can be read; the run itself, its steps and messages stay
 */
public record RunPolicy(Duration lifetime, Duration eventRetention) {

    /** The defaults: 10 minutes, 24 hours. */
    public static final RunPolicy DEFAULTS = new RunPolicy(Duration.ofMinutes(10), Duration.ofHours(24));

    /** The same, with more or less time. */
    public RunPolicy lifetime(Duration longest) {
        return new RunPolicy(longest, eventRetention);
    }

    /** The same, with events kept for longer or shorter. */
    public RunPolicy eventRetention(Duration kept) {
        return new RunPolicy(lifetime, kept);
    }
}
