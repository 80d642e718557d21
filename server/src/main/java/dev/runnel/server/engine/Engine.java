package dev.runnel.server.engine;

import dev.runnel.model.Model;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.engine.conversations.Assistants;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.engine.files.InputFiles;
import dev.runnel.server.engine.handover.Handover;
import dev.runnel.server.engine.projects.Admissions;
import dev.runnel.server.engine.projects.ProjectKeys;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.engine.prompts.Images;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.runs.FailedRunLog;
import dev.runnel.server.engine.runs.Nodes;
import dev.runnel.server.engine.runs.RunContext;
import dev.runnel.server.engine.runs.RunObserver;
import dev.runnel.server.engine.runs.RunObservers;
import dev.runnel.server.engine.runs.RunPolicy;
import dev.runnel.server.engine.runs.RunSteps;
import dev.runnel.server.engine.runs.Runs;
import dev.runnel.server.engine.runs.Sessions;
import dev.runnel.server.engine.runs.ThreadContents;
import dev.runnel.server.engine.upkeep.DueWork;
import dev.runnel.server.engine.upkeep.Housekeeping;
import dev.runnel.server.engine.upkeep.Retention;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.engine.vectorstores.VectorStoreParts;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.ServerTools;
import dev.runnel.server.tool.ToolNodes;
import dev.runnel.server.tool.codeinterpreter.RunFiles;
import dev.runnel.server.tool.filesearch.RunStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The engine. {@link Assistants}, {@link Conversations} and {@link FileLibrary} hold objects that change on request
 * alone; {@link Runs} executes runs. Thread-safe.
 */
public final class Engine implements AutoCloseable {
    private final Assistants assistants;
    private final Conversations conversations;
    private final Runs runs;
    private final RunSteps steps;
    private final ThreadContents contents;
    private final FileLibrary files;
    private final VectorStoreParts vectorStores;
    private final Nodes nodes;
    private final ProjectKeys keys;
    private final Admissions admissions;
    private final UsageBook usage;
    private final RunLog log;
    private final Handover handover;
    private final Housekeeping housekeeping;
    private final DueWork dueWork;

    private Engine(
            Assistants assistants,
            Conversations conversations,
            Runs runs,
            RunSteps steps,
            ThreadContents contents,
            FileLibrary files,
            VectorStoreParts vectorStores,
            Nodes nodes,
            ProjectKeys keys,
            Admissions admissions,
            UsageBook usage,
            RunLog log,
            Handover handover,
            Housekeeping housekeeping,
            DueWork dueWork) {
        this.assistants = assistants;
        this.conversations = conversations;
        this.runs = runs;
        this.steps = steps;
        this.contents = contents;
        this.files = files;
        this.vectorStores = vectorStores;
        this.nodes = nodes;
        this.keys = keys;
        this.admissions = admissions;
        this.usage = usage;
        this.log = log;
        this.handover = handover;
        this.housekeeping = housekeeping;
        this.dueWork = dueWork;
    }

    /**
     * What tools are made from.
     *
     * @param stores the stores that runs search
     * @param files the files of runs
     * @param nodes the nodes that share the database
     */
    public record ToolParts(RunStores stores, RunFiles files, ToolNodes nodes) {}

    /**
     * Starts an engine on a database, and takes up the runs that an earlier process left there.
     *
     * @param storage is closed by the caller, after the engine
     * @param tools makes the tools that the server executes for its runs
     * @param embedder opens the model that embeds what vector stores hold; empty if there is none
     * @param policy the limits of runs, and what happens when they are cut off
     * @param projects have limits
     * @param observer is told what happens to runs
     * @throws StoreException if the database cannot be read or written; the message says what to do
     */
    public static Engine start(
            Storage storage, Model model, Function<ToolParts, ServerTools> tools,
            Supplier<Optional<Embedder>> embedder,
            InstantSource clock, Timers timers, RunPolicy policy, Projects projects, RunObserver observer) {
        try {
            return begin(storage, model, tools, embedder, clock, timers, policy, projects, observer);
        } catch (StoreException e) {
            throw storage.database().cannotStart(e);
        }
    }

    private static Engine begin(
            Storage storage, Model model, Function<ToolParts, ServerTools> tools,
            Supplier<Optional<Embedder>> embedder,
            InstantSource clock, Timers timers, RunPolicy policy, Projects projects, RunObserver observer) {
        Database database = storage.database();
        RunLog log = storage.openLogs();
        Admissions admissions = new Admissions(projects, database, clock);
        FileLibrary files = new FileLibrary(database, storage.files(), admissions, clock);
        files.cleanUp();
        VectorStoreParts vectorStores = new VectorStoreParts(storage, files, clock, embedder);
        ToolStores stores = vectorStores.ofTools();
        Sessions sessions = new Sessions(database, log);
        Assistants assistants = new Assistants(database, stores, clock);
        Idempotency idempotency = new Idempotency(database, clock);
        Conversations conversations = new Conversations(
                database, clock, sessions, files, stores, idempotency);
        InputFiles inputFiles = new InputFiles(files, vectorStores::reader);
        UsageBook usage = new UsageBook(database, model, projects, clock);
        Handover handover = new Handover(database, log, storage.node(), clock);
        ServerTools made = tools.apply(new ToolParts(
                new RunSearch(database, vectorStores.search()), new RunFolder(database, files), handover));
        RunContext context = new RunContext(
                database, log, model, new Images(files), inputFiles, made, policy,
                new RunObservers(List.of(new FailedRunLog(model), observer)), admissions, usage,
                clock, timers);
        Runs runs = new Runs(context, assistants, conversations, stores, sessions, idempotency);
        handover.begin(made, timers);
        runs.takeUp();
        Retention retention = new Retention(database, clock, policy.eventRetention());
        List<BooleanSupplier> chores = new ArrayList<>(List.of(
                idempotency::removeOld,
                retention::markEnded,
                retention::removeOld,
                retention::markDeleted,
                retention::removeDeleted));
        chores.addAll(vectorStores.chores());
        Housekeeping housekeeping = new Housekeeping(chores);
        List<DueWork.Kind> kinds = new ArrayList<>(vectorStores.kinds());
        kinds.add(DueWork.Kind.of(DueStore.EXPIRE_RUN, false, due -> runs.expire(due.subject())));
        kinds.add(DueWork.Kind.of(
                DueStore.REMOVE_THREAD, false, due -> runs.removeTemporary(due.subject())));
        kinds.add(DueWork.Kind.of("housekeeping", true, housekeeping));
        DueWork dueWork = new DueWork(database, storage.node(), clock, timers, kinds);
        Nodes nodes = new Nodes(database, log, storage.node());
        return new Engine(assistants, conversations, runs, new RunSteps(database, sessions),
                new ThreadContents(database, conversations, sessions, inputFiles), files, vectorStores, nodes,
                new ProjectKeys(database, clock, timers), admissions, usage, log,
                handover,
                housekeeping,
                dueWork);
    }

    /** Assistants. */
    public Assistants assistants() {
        return assistants;
    }

    /** Threads and messages. */
    public Conversations conversations() {
        return conversations;
    }

    /** Runs. */
    public Runs runs() {
        return runs;
    }

    /** The steps of runs. */
    public RunSteps steps() {
        return steps;
    }

    /** All that stands in threads. */
    public ThreadContents contents() {
        return contents;
    }

    /** Uploaded files. */
    public FileLibrary files() {
        return files;
    }

    /** Vector stores. */
    public VectorStoreParts vectorStores() {
        return vectorStores;
    }

    /** The nodes that share the database. */
    public Nodes nodes() {
        return nodes;
    }

    /** The keys of projects that the database has. */
    public ProjectKeys keys() {
        return keys;
    }

    /** Lets in what the limits of projects allow. */
    public Admissions admissions() {
        return admissions;
    }

    /** The use of models by projects. */
    public UsageBook usage() {
        return usage;
    }

    /** How many runs are being executed now. */
    public int executing() {
        return runs.executing();
    }

    /** How many runs wait for their turn, because the number of runs executed at once is limited. */
    public int queued() {
        return runs.queued();
    }

    /**
     * Refuses new runs, and lets those that are being executed go on for the given time. Runs that have not ended by
     * then are suspended for the next start, and their readers' streams end. Other requests are still answered.
     */
    public void drain(Duration patience) {
        nodes.stopping();
        runs.drain(patience);
        log.close();
    }

    /** Ends all background work. To be called after {@link #drain}. */
    @Override
    public void close() {
        keys.close();
        handover.close();
        housekeeping.stop();
        vectorStores.stop();
        dueWork.close();
        vectorStores.close();
    }
}
