package dev.runnel.server.engine.runs;

import dev.runnel.model.Model;
import dev.runnel.server.engine.prompts.Images;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.ServerTools;
import java.time.InstantSource;

/**
 * What runs are executed with, the same for all of them. Each part is thread-safe.
 *
 * @param model where replies come from
 * @param images puts uploaded images into prompts
 * @param tools those that the server executes
 * @param policy what runs may take, and what becomes of them
 * @param observer is told what happens to them
 */
public record RunContext(Database database, RunLog log, Model model, Images images, ServerTools tools, RunPolicy policy,
        RunObserver observer, InstantSource clock, Timers timers) {

    /** Seconds since the epoch. */
    long now() {
        return clock.instant().getEpochSecond();
    }
}
