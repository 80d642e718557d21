package dev.runnel.cli.servers;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.responses.ResponseObject;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leaves nothing behind when the program is stopped, by Ctrl-C for example: cancels the reply that is followed, and closes the
 * target, with its temporary data. The exit code is then 130. It is created before the target, and closes it at the regular end
 * too.
 */
public final class StopHook implements AutoCloseable {
    private static final Duration UNTIL_HALT = Duration.ofSeconds(30);

    private final Thread hook = new Thread(this::stop, "stop");
    private @Nullable Target target;
    private boolean stopped;
    private volatile @Nullable Runnable farewell;

    /** How to cancel what is followed; null if nothing is. */
    private volatile @Nullable Consumer<RunnelClient> cancelling;

    public StopHook() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Opens the target; a stop waits until it is open, so that it can remove everything. */
    public synchronized Target open(Supplier<Target> opening) {
        if (stopped) {
            throw new CommandException("stopped");
        }
        Target opened = opening.get();
        target = opened;
        return opened;
    }

    /** Follows a run: a stop cancels it, as long as it has not ended. */
    public void follow(Run run) {
        boolean over = run.status().terminal() || run.status() == RunStatus.REQUIRES_ACTION;
        cancelling = over ? null : client -> client.runs().cancel(run.threadId(), run.id());
    }

    /** Follows a response: a stop cancels it, as long as it has not ended. */
    public void follow(ResponseObject response) {
        cancelling = response.status().terminal() ? null : client -> client.responses().cancel(response.id());
    }

    /** Sets the first action of a stop. */
    public void onStop(Runnable action) {
        farewell = action;
    }

    private synchronized void stop() {
        stopped = true;
        Terminal.interrupted();
        Runnable first = farewell;
        if (first != null) {
            first.run();
        }
        try {
            if (cancel()) {
                Terminal.endLine();
                Terminal.dim("cancelled");
            }
        } catch (RunnelException e) {
            Terminal.error("the reply could not be cancelled: " + e.getMessage());
        }
        closeTarget();
    }

    /**
     * Cancels what is followed. Returns whether there is one.
     *
     * @throws RunnelException if it could not be cancelled
     */
    synchronized boolean cancel() {
        Consumer<RunnelClient> action = cancelling;
        if (target == null || action == null) {
            return false;
        }
        cancelling = null;
        action.accept(target.client());
        return true;
    }

    /** As {@link #cancel()}, but ignores a failure: the reply or its server may have ended meanwhile. */
    public void cancelQuietly() {
        try {
            cancel();
        } catch (RunnelException e) {
            // The reply or the server has ended.
        }
    }

    private synchronized void closeTarget() {
        if (target != null) {
            target.close();
            target = null;
        }
    }

    /** The regular end of the program. */
    @Override
    public void close() {
        closeTarget();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is being stopped, and halts after the hook: this thread must not print anything or set an exit code.
            waitForTheEnd();
        }
    }

    private static void waitForTheEnd() {
        try {
            Thread.sleep(UNTIL_HALT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
