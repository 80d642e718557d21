package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.reply.Display;
import dev.runnel.cli.reply.Look;
import dev.runnel.cli.reply.ResponseView;
import dev.runnel.cli.reply.RunView;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.servers.StopHook;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.EventStream;
import dev.runnel.client.Position;
import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.responses.ResponseObject;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runnel attach}: reads the stream of an existing run or response. */
@Command(name = "attach", mixinStandardHelpOptions = true, description = "Reads the stream of an existing run or response, from its beginning or from where an earlier call stopped. The run does not depend on it.", footer = {
    "  runnel attach run_abc123",
    "  runnel attach thread_abc123/run_abc123/12     from after event 12 on",
    "  runnel attach resp_abc123                     a response",
    "  runnel attach run_abc123 --json | jq .event"})
public final class AttachCommand implements Callable<Integer> {
    /** How many times in a row, without an event in between, a broken stream is re-attached: for some ten seconds. */
    private static final int TRIES = 6;

    @Parameters(paramLabel = "RUN", description = "A run's id or its beginning, a response's id, or a position that an earlier call printed: THREAD/RUN/N or RESPONSE/N.")
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
        if (isResponse()) {
            attachResponse(toldResponse());
            return 0;
        }
        Position told = told();
        RunView view = new RunView(json ? Display.JSON : look.display(), steps);
        Run rested;
        try (StopHook stop = new StopHook()) {
            RunnelClient client = stop.open(server::open).client();
            Position at = told != null ? told : position(client);
            try (RunStream stream = client.runs().resume(at, RunOptions.DEFAULT.withAutoResume(TRIES))) {
                stop.onStop(() -> letGo(stream, () -> place(stream, at)));
                rested = shown(() -> view.show(stream, run -> {}), view::endReply, () -> place(stream, at));
            }
        }
        view.finish(rested, false);
        return 0;
    }

    private boolean isResponse() {
        return run.startsWith("resp_");
    }

    private String kind() {
        return isResponse() ? "response" : "run";
    }

    /** @param at where it begins */
    private void attachResponse(ResponsePlace at) {
        ResponseView view = new ResponseView(json ? Display.JSON : look.display(), steps);
        ResponseObject ended;
        try (StopHook stop = new StopHook()) {
            RunnelClient client = stop.open(server::open).client();
            try (ResponseStream stream = client.responses()
                    .resume(at.id, at.after, RunOptions.DEFAULT.withAutoResume(TRIES))) {
                Supplier<String> place = () -> new ResponsePlace(at.id, stream.lastSequenceNumber()).toString();
                stop.onStop(() -> letGo(stream, place));
                ended = shown(() -> view.show(stream, response -> {}), view::endReply, place);
            }
        }
        view.finish(ended, false);
    }

    /**
     * A place in a response's stream.
     *
     * @param after the number of the last event that is not shown; -1 to show all
     */
    private record ResponsePlace(String id, long after) {
        @Override
        public String toString() {
            return after < 0 ? id : id + "/" + after;
        }
    }

    private ResponsePlace toldResponse() {
        checkAfter();
        int slash = run.indexOf('/');
        if (thread != null || (slash >= 0 && after != null)) {
            throw new MisusedException(thread != null
                    ? "a response is found without its thread: leave --thread out"
                    : "a position has the number already: use --after with a response's id only");
        } else if (slash < 0) {
            return new ResponsePlace(run, after == null ? -1 : after);
        }
        String number = run.substring(slash + 1);
        if (!number.matches("[0-9]{1,18}")) {
            throw new MisusedException("'" + run + "' is not a position; one looks like resp_a/12");
        }
        return new ResponsePlace(run.substring(0, slash), Long.parseLong(number));
    }

    private Position position(RunnelClient client) {
        Run found = new TypedIds(client).run(run, thread);
        return new Position(found.threadId(), found.id(), after == null ? 0 : after);
    }

    /** Shows a stream. If it breaks for good, the failure tells how to read on. */
    private <T> T shown(Supplier<T> show, Runnable endReply, Supplier<String> place) {
        try {
            return show.get();
        } catch (BrokenStreamException | ConnectionException e) {
            endReply.run();
            throw new CommandException(e.getMessage() + "\nThe " + kind()
                    + " goes on without this stream. To read on: " + again(place));
        }
    }

    /** Closes the stream first, so that the output ends at the position. */
    private void letGo(EventStream<?> stream, Supplier<String> place) {
        stream.close();
        Terminal.endLine();
        Terminal.dim("Stopped reading; the " + kind() + " goes on. To read on: " + again(place));
    }

    private static String place(RunStream stream, Position begin) {
        return stream.position().orElse(begin).toString();
    }

    private String again(Supplier<String> place) {
        return Terminal.command("runnel attach " + place.get() + server.again());
    }

    /** The position, if one was typed; null if a run's id was typed. */
    private @Nullable Position told() {
        checkAfter();
        if (run.indexOf('/') < 0) {
            return null;
        }
        if (thread != null || after != null) {
            throw new MisusedException(
                    "a position has the thread and the number already: use --thread and --after with a run's id only");
        }
        try {
            return Position.parse(run);
        } catch (IllegalArgumentException e) {
            throw new MisusedException(String.valueOf(e.getMessage()));
        }
    }

    private void checkAfter() {
        if (after != null && after < 0) {
            throw new MisusedException("--after takes the number of an event, from 0 on");
        }
    }
}
