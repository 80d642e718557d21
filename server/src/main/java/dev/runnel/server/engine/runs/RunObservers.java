package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.Usage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Tells several observers, one after the other. Thread-safe. */
public record RunObservers(List<RunObserver> observers) implements RunObserver {
    public RunObservers {
        observers = List.copyOf(observers);
    }

    private void each(Consumer<RunObserver> event) {
        observers.forEach(event);
    }

    @Override
    public void queued(Run run) {
        each(observer -> observer.queued(run));
    }

    @Override
    public void started(Run run, Duration waited) {
        each(observer -> observer.started(run, waited));
    }

    @Override
    public void firstToken(Run run) {
        each(observer -> observer.firstToken(run));
    }

    @Override
    public void modelCallEnded(Run run, Duration took, Usage used, boolean failed) {
        each(observer -> observer.modelCallEnded(run, took, used, failed));
    }

    @Override
    public void toolEnded(Run run, String type, Duration took, boolean failed) {
        each(observer -> observer.toolEnded(run, type, took, failed));
    }

    @Override
    public void ended(Run run, String requestId, Duration took) {
        each(observer -> observer.ended(run, requestId, took));
    }
}
