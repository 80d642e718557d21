package dev.runnel.bench.relay;

import dev.runnel.bench.ProcessTree;
import java.io.IOException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a server, the model behind it and this process take while all streams of a load are open, or over the whole load where they never
 * are. For one load, by its thread.
 */
final class Meter {
    private record Sample(long nanos, int tokens, long serverMillis, long modelMillis, long ownMillis) {}

    private final Load load;
    private final ProcessTree server;
    private final ProcessTree model;
    private final ProcessTree own = ProcessTree.alone(ProcessHandle.current().pid());
    private @Nullable Sample first;
    private @Nullable Sample last;
    private long serverRss;

    /** @param model none, if it is part of this process */
    Meter(Load load, ProcessTree server, ProcessTree model) {
        this.load = load;
        this.server = server;
        this.model = model;
    }

    /** To be called again and again. */
    void look(long nanosSinceStart, IntSupplier tokens) throws IOException {
        if (first == null && nanosSinceStart >= load.plateauBegins()) {
            first = sample(tokens);
        } else if (last == null && nanosSinceStart >= load.plateauEnds()) {
            end(tokens);
        }
    }

    /** To be called when the load is over. */
    void end(IntSupplier tokens) throws IOException {
        if (last == null) {
            last = sample(tokens);
            first = first == null ? last : first;
            serverRss = server.rssBytes();
        }
    }

    private Sample sample(IntSupplier tokens) throws IOException {
        return new Sample(System.nanoTime(), tokens.getAsInt(), server.cpuMillis(), model.cpuMillis(),
                own.cpuMillis());
    }

    Readings readings() {
        if (first == null || last == null) {
            throw new IllegalStateException("not measured yet");
        }
        int tokens = last.tokens() - first.tokens();
        return new Readings(
                tokens * 1e9 / (last.nanos() - first.nanos()),
                (last.serverMillis() - first.serverMillis()) * 1e3 / tokens,
                (last.modelMillis() - first.modelMillis()) * 1e3 / tokens,
                (last.ownMillis() - first.ownMillis()) * 1e3 / tokens,
                serverRss);
    }

    /**
     * @param serverCpu in microseconds per token, as {@code modelCpu} and {@code clientCpu}
     * @param serverRss in bytes, at the end
     */
    record Readings(double tokensPerSecond, double serverCpu, double modelCpu, double clientCpu, long serverRss) {}
}
