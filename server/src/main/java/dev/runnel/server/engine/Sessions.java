package dev.runnel.server.engine;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The runs under way on this node, by id. Thread-safe. */
final class Sessions {
    private final ConcurrentMap<String, RunSession> byRun = new ConcurrentHashMap<>();

    void add(RunSession session) {
        byRun.put(session.runId(), session);
    }

    void remove(RunSession session) {
        byRun.remove(session.runId(), session);
    }

    Optional<RunSession> find(String runId) {
        return Optional.ofNullable(byRun.get(runId));
    }

    Collection<RunSession> all() {
        return List.copyOf(byRun.values());
    }
}
