package dev.runnel.server.routing;

import dev.runnel.model.Model;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A model server as the configuration has it. Two equal plans are the same server: its state outlives a change of the others.
 *
 * @param name unique among the servers
 * @param source opens the server; must tell by {@code equals} whether it opens the same one
 * @param weight its share of calls among servers that serve the same, from 1 on
 * @param listed whether clients may ask for its models by the server's own names
 * @param limits how much it is asked at once and in a minute
 * @param circuit when it is left alone after faults
 */
public record ServerPlan(
        String name, Supplier<? extends Model> source, int weight, boolean listed, Limits limits, Circuit circuit) {

    private static final String UNNAMED = "model-server";

    /** The only server of a plan that needs no names, without limits and always asked. */
    public static ServerPlan plain(Supplier<? extends Model> source) {
        return new ServerPlan(UNNAMED, source, 1, true, Limits.NONE, Circuit.NEVER_OPEN);
    }

    /** Whether an operator has given it its name. */
    public boolean named() {
        return !name.equals(UNNAMED);
    }

    /**
     * How much a server is asked; 0 is no limit.
     *
     * @param concurrent calls at once
     * @param requests calls a minute
     * @param tokens tokens a minute, of prompts and replies
     */
    public record Limits(int concurrent, int requests, int tokens) {
        /** No limits. */
        public static final Limits NONE = new Limits(0, 0, 0);
    }

    /**
     * When a server is left alone.
     *
     * @param faults so many faults in a row open the circuit; 0 for never
     * @param pause how long it stays open before one call tries the server again
     */
    public record Circuit(int faults, Duration pause) {
        /** The server is asked whatever happened before. */
        public static final Circuit NEVER_OPEN = new Circuit(0, Duration.ZERO);
    }
}
