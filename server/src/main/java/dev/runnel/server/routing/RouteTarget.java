package dev.runnel.server.routing;

import java.util.List;

/**
 * A model that answers for a name, on one or several servers which are equal to the caller.
 *
 * @param model the servers' name for it; {@code *} stands for what the wildcard of the name matched
 * @param servers the servers' names; empty for those that have the model
 */
public record RouteTarget(String model, List<String> servers) {
    private static final String MATCHED = "*";

    /** A model, wherever it is. */
    public static RouteTarget of(String model) {
        return new RouteTarget(model, List.of());
    }

    /** The same target for a name of which a wildcard matched this part. */
    RouteTarget filled(String matched) {
        return new RouteTarget(model.replace(MATCHED, matched), servers);
    }

    /** As a person writes it: {@code qwen3:32b on gpu1, gpu2}. */
    @Override
    public String toString() {
        return servers.isEmpty() ? model : model + " on " + String.join(", ", servers);
    }
}
