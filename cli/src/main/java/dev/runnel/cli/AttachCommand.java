package dev.runnel.cli;

import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.Position;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Run;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runnel attach}: reads the stream of an existing run. */
@Command(name = "attach", mixinStandardHelpOptions = true, description = "Reads the stream of an existing run, from its beginning or from where an earlier call stopped. The run does not depend on it.", footer = {
    "  runnel attach run_abc123",
    "  runnel attach thread_abc123/run_abc123/12     from after event 12 on",
    "  runnel attach run_abc123 --json | jq .event"})
final class AttachCommand implements Callable<Integer> {
    /** How many times in a row, without an event in between, a broken stream is re-attached: for some ten seconds. */
    private static final int TRIES = 6;

    @Parameters(paramLabel = "RUN", description = "A run's id or its beginning, or a position that an earlier call printed: THREAD/RUN/N.")
    String run = "";

    @Option(names = "--thread", paramLabel = "ID", description = "The run's thread. Without it, the run is looked for in the latest "
            + TypedIds.SEARCHED + " threads.")
    @Nullable
    String thread;

    @Option(names = "--after", paramLabel = "N", description = "Begin after the event with this number. Default: with the first event.")
    @Nullable
    Long after;

    @Option(names = "--json", description = "Print the events as they are, one JSON object a line.")
    boolean json;

    @Option(names = "--steps", description = "Show steps and tool calls too.")
    boolean steps;

    @Mixin
    Look look = new Look();

    @Mixin
    ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        Position told = told();
        RunView view = new RunView(json ? Display.JSON : look.display(), steps);
        Run rested;
        try (StopHook stop = new StopHook()) {
            RunnelClient client = stop.open(server::open).client();
            Position at = told != null ? told : position(client);
            try (RunStream stream = client.runs().resume(at, RunOptions.DEFAULT.withAutoResume(TRIES))) {
                stop.onStop(() -> letGo(stream, at));
                rested = show(view, stream, at);
            }
        }
        view.finish(rested, false);
        return 0;
    }

    private Position position(RunnelClient client) {
        Run found = new TypedIds(client).run(run, thread);
        return new Position(found.threadId(), found.id(), after == null ? 0 : after);
    }

    private Run show(RunView view, RunStream stream, Position at) {
        try {
            return view.show(stream, run -> {});
        } catch (BrokenStreamException | ConnectionException e) {
            view.endReply();
            throw new Failures.CommandException(e.getMessage() + "\nThe run goes on without this stream. To read on: "
                    + again(stream, at));
        }
    }

    /** Closes the stream first, so that the output ends at the position. */
    private void letGo(RunStream stream, Position at) {
        stream.close();
        Terminal.endLine();
        Terminal.dim("Stopped reading; the run goes on. To read on: " + again(stream, at));
    }

    private String again(RunStream stream, Position at) {
        return Terminal.command("runnel attach " + stream.position().orElse(at) + server.again());
    }

    /** The position, if one was typed; null if a run's id was typed. */
    private @Nullable Position told() {
        if (after != null && after < 0) {
            throw new Failures.MisusedException("--after takes the number of an event, from 0 on");
        }
        if (run.indexOf('/') < 0) {
            return null;
        }
        if (thread != null || after != null) {
            throw new Failures.MisusedException(
                    "a position has the thread and the number already: use --thread and --after with a run's id only");
        }
        try {
            return Position.parse(run);
        } catch (IllegalArgumentException e) {
            throw new Failures.MisusedException(String.valueOf(e.getMessage()));
        }
    }
}
