package dev.runnel.server.observed;

/** Is told of calls of models. It must be quick and must not throw. Thread-safe. */
@FunctionalInterface
public interface ModelObserver {
    /**
     * A call begins, on this thread.
     *
     * @param model the name that was asked for
     * @param streamed whether the reply comes in pieces
     * @return is told how the call goes on
     */
    ModelCall begun(String model, boolean streamed);
}
