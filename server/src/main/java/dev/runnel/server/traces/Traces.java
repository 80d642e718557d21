package dev.runnel.server.traces;

import dev.runnel.server.engine.runs.RunObserver;
import dev.runnel.server.observed.ModelObserver;
import java.util.Optional;
import java.util.ServiceLoader;

/** Makes traces of what it is told, and sends them to a collector. Thread-safe. */
public interface Traces extends AutoCloseable {
    /** Is told of runs. */
    RunObserver runs();

    /** Is told of calls of models. */
    ModelObserver models();

    /** How many spans were dropped so far, because the collector was away or too slow. */
    long dropped();

    /** Sends what is left, for 3 seconds at most. */
    @Override
    void close();

    /** Opens traces. */
    interface Provider {
        /** Opens traces. The collector need not be there yet: no connection is made before there is something to send. */
        Traces open(TraceSettings settings);
    }

    /** The provider of this build; empty if the build leaves out the libraries for traces. */
    static Optional<Provider> provider() {
        return ServiceLoader.load(Provider.class).findFirst();
    }
}
