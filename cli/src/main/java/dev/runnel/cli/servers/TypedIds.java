package dev.runnel.cli.servers;

import dev.runnel.cli.base.CommandException;
import dev.runnel.client.ApiException;
import dev.runnel.client.Pages;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.vectorstore.VectorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ids as a person types them: whole, or shortened as in lists, if only one object has that beginning. It searches a server's
 * latest assistants and threads.
 */
public final class TypedIds {
    /** How many assistants or threads it searches. */
    public static final int SEARCHED = 1_000;

    private static final int PAGE = 100;
    private static final int NOT_FOUND = 404;
    private static final String CUT_OFF = "…";

    private final RunnelClient client;

    public TypedIds(RunnelClient client) {
        this.client = client;
    }

    /** An assistant's id. */
    public String assistant(String typed) {
        String id = beginning(typed);
        Pages<Assistant> assistants = client.assistants().list().pagesOf(PAGE);
        return exists(() -> client.assistants().get(id))
                ? id
                : only(beginningWith(id, assistants.stream(), Assistant::id), id, "assistant");
    }

    /** A vector store's id, by the id or by the store's name. */
    public String store(String typed) {
        String id = beginning(typed);
        if (id.startsWith("vs_") && exists(() -> client.vectorStores().get(id))) {
            return id;
        }
        List<VectorStore> stores = client.vectorStores().list().pagesOf(PAGE).stream().limit(SEARCHED).toList();
        List<String> named = stores.stream().filter(store -> store.name().equals(typed)).map(VectorStore::id).toList();
        return named.size() == 1
                ? named.getFirst()
                : only(beginningWith(id, stores.stream(), VectorStore::id), id, "vector store");
    }

    /** A thread's id. */
    public String thread(String typed) {
        String id = beginning(typed);
        Pages<AssistantThread> threads = client.threads().list().pagesOf(PAGE);
        return exists(() -> client.threads().get(id))
                ? id
                : only(beginningWith(id, threads.stream(), AssistantThread::id), id, "thread");
    }

    /**
     * A run. The protocol finds a run by its thread only: without a thread, it searches the latest threads.
     *
     * @param thread its thread's id, whole or not, or null
     */
    public Run run(String typed, @Nullable String thread) {
        String id = beginning(typed);
        List<String> threads = thread != null ? List.of(thread(thread)) : latestThreads();
        List<Run> found = new ArrayList<>();
        for (String each : threads) {
            for (Run run : client.runs().list(each).pagesOf(PAGE)) {
                if (run.id().equals(id)) {
                    return run;
                } else if (run.id().startsWith(id)) {
                    found.add(run);
                }
            }
        }
        return only(found, id, "run");
    }

    private List<String> latestThreads() {
        Pages<AssistantThread> threads = client.threads().list().pagesOf(PAGE);
        return threads.stream().limit(SEARCHED).map(AssistantThread::id).toList();
    }

    private static boolean exists(Supplier<?> get) {
        try {
            return get.get() != null;
        } catch (ApiException e) {
            if (e.status() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static <T> List<String> beginningWith(String beginning, Stream<T> objects, Function<T, String> id) {
        return objects.limit(SEARCHED).map(id).filter(each -> each.startsWith(beginning)).limit(2).toList();
    }

    private static <T> T only(List<T> found, String beginning, String what) {
        if (found.isEmpty()) {
            String where = what.equals("run") ? "in the latest " + SEARCHED + " threads"
                    : "among the latest " + SEARCHED;
            throw new CommandException("there is no " + what + " '" + beginning + "' " + where);
        } else if (found.size() > 1) {
            throw new CommandException(
                    "more than one " + what + " begins with '" + beginning + "'; type more of its id");
        }
        return found.getFirst();
    }

    private static String beginning(String typed) {
        return typed.endsWith(CUT_OFF) ? typed.substring(0, typed.length() - 1) : typed;
    }
}
