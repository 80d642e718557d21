package dev.runnel.server.engine.runs;

import dev.runnel.model.Model;
import dev.runnel.server.engine.files.InputFiles;
import dev.runnel.server.engine.projects.Admissions;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.engine.prompts.Images;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.ServerTools;
import java.time.InstantSource;

/**
 * The parts that all runs are executed with. Each part is thread-safe.
 *
 * @param model writes the replies
 * @param images puts uploaded images into prompts
 * @param inputFiles reads the files that messages bring
 * @param tools the tools that the server executes
 * @param policy the limits of runs, and what happens when they are cut off
 * @param observer is told what happens to runs
 * @param admissions lets in what the limits of projects allow
 * @param usage counts what projects use
 */
public record RunContext(Database database, RunLog log, Model model, Images images, InputFiles inputFiles,
        ServerTools tools, RunPolicy policy, RunObserver observer, Admissions admissions, UsageBook usage,
        InstantSource clock, Timers timers) {

    /** Seconds since the epoch. */
    long now() {
        return clock.instant().getEpochSecond();
    }
}
