package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
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
    public void prompted(Run run, Duration took) {
        each(observer -> observer.prompted(run, took));
    }

    @Override
    public void toolEnded(Run run, String type, String callId, Duration took, boolean failed) {
        each(observer -> observer.toolEnded(run, type, callId, took, failed));
    }

    @Override
    public void requiresAction(Run run) {
        each(observer -> observer.requiresAction(run));
    }

    @Override
    public void ended(Run run, String requestId, Duration took) {
        each(observer -> observer.ended(run, requestId, took));
    }

    @Override
    public void committed(Run run, Duration took) {
        each(observer -> observer.committed(run, took));
    }

    @Override
    public void letGo(Run run) {
        each(observer -> observer.letGo(run));
    }
}
