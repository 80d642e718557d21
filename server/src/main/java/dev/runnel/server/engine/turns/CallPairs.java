package dev.runnel.server.engine.turns;

import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ThreadEntries;
import dev.runnel.server.store.rows.ThreadEntry;
import dev.runnel.server.store.rows.ThreadEntry.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the calls and the outputs in threads that say nothing without each other. Static and without state. */
public final class CallPairs {
    private CallPairs() {}

    /**
     * The ids of the entries that go with an entry, its own first: with a call, or with all calls of a model's reply, their
     * outputs, and with an output all of these. Reads them as a part of a transaction.
     */
    public static Set<String> with(Sql sql, String threadId, ThreadEntry entry) throws SQLException {
        Set<String> ids = new LinkedHashSet<>(List.of(entry.id()));
        ThreadEntry calls = isOutput(entry) ? callOf(sql, threadId, (ThreadEntry.Beside) entry) : entry;
        ids.add(calls.id());
        Set<String> open = new HashSet<>(called(calls));
        if (!open.isEmpty()) {
            ThreadEntries.walk(sql, threadId, calls.place(), true, next -> {
                if (next instanceof ThreadEntry.Beside output && isOutput(next)) {
                    if (open.remove(OpenCalls.id(output.extra()))) {
                        ids.add(next.id());
                    }
                } else {
                    open.removeAll(called(next)); // other calls, whose ids are the same
                }
                return !open.isEmpty();
            });
        }
        return ids;
    }

    private static boolean isOutput(ThreadEntry entry) {
        return entry instanceof ThreadEntry.Beside beside && beside.extra().kind() == Kind.OUTPUT;
    }

    /** The entry with an output's call; the output itself if there is none. */
    private static ThreadEntry callOf(Sql sql, String threadId, ThreadEntry.Beside output) throws SQLException {
        String callId = OpenCalls.id(output.extra());
        List<ThreadEntry> calls = new ArrayList<>();
        ThreadEntries.walk(sql, threadId, output.place(), false, entry -> {
            if (called(entry).contains(callId)) {
                calls.add(entry);
                return false;
            }
            boolean answered = entry instanceof ThreadEntry.Beside beside && isOutput(entry)
                    && OpenCalls.id(beside.extra()).equals(callId);
            return !answered;
        });
        return calls.isEmpty() ? output : calls.getFirst();
    }

    /** The ids of the calls in an entry whose outputs are not in the same entry. */
    private static List<String> called(ThreadEntry entry) {
        if (entry instanceof ThreadEntry.Beside beside && beside.extra().kind() == Kind.CALL) {
            return List.of(OpenCalls.id(beside.extra()));
        }
        return entry instanceof ThreadEntry.Called called
                && called.step().stepDetails() instanceof StepDetails.ToolCalls details
                        ? details.toolCalls().stream()
                                .filter(call -> call instanceof StepToolCall.Function function
                                        && function.function().output() == null)
                                .map(StepToolCall::id).toList()
                        : List.of();
    }
}
