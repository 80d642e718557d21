package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Message;
import dev.runnel.server.engine.conversations.OpenMessages;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** The runs under way on this node, by id. Thread-safe. */
public final class Sessions implements OpenMessages {
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

    @Override
    public Optional<Message> find(String runId, String messageId) {
        return find(runId).flatMap(session -> session.message(messageId));
    }

    @Override
    public <T> T relabel(String runId, String messageId, Map<String, String> metadata, Supplier<T> keep) {
        Optional<RunSession> session = find(runId);
        return session.isPresent() ? session.get().relabel(messageId, metadata, keep) : keep.get();
    }
}
