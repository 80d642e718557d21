package dev.runnel.cli;

import dev.runnel.client.RunnelException;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import org.jspecify.annotations.Nullable;

/** Cancels the run that is being followed when the program is stopped, by Ctrl-C for example; the exit code is then 130. */
final class RunCanceller implements AutoCloseable {
    private final Target target;
    private final Thread hook = new Thread(this::cancel, "cancel");
    private volatile @Nullable Run followed;

    RunCanceller(Target target) {
        this.target = target;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void follow(Run run) {
        boolean over = run.status().terminal() || run.status() == RunStatus.REQUIRES_ACTION;
        followed = over ? null : run;
    }

    private void cancel() {
        Run run = followed;
        if (run != null) {
            try {
                target.client().runs().cancel(run.threadId(), run.id());
                Terminal.dim("\ncancelled");
            } catch (RunnelException e) {
                Terminal.error("the run could not be cancelled: " + e.getMessage());
            }
        }
        target.close();
    }

    /** The program goes its own way to the end. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is being stopped: the hook does the rest. This thread must not race it to the exit code.
            waitForTheEnd();
        }
    }

    private void waitForTheEnd() {
        try {
            hook.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
