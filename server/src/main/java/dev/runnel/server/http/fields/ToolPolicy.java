package dev.runnel.server.http.fields;

import java.util.Set;

/**
 * Which of the protocol's tools requests may name, among those that not every server has.
 *
 * @param served the tools that this server has
 * @param ignoreOthers whether requests that name others are accepted all the same
 */
public record ToolPolicy(Set<String> served, boolean ignoreOthers) {
    /** A server without such tools, which refuses them. */
    public static final ToolPolicy NONE = new ToolPolicy(Set.of(), false);

    /** Keeps an unchangeable copy. */
    public ToolPolicy {
        served = Set.copyOf(served);
    }

    boolean refuses(String tool) {
        return !ignoreOthers && !served.contains(tool);
    }
}
