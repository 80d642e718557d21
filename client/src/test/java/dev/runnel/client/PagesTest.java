package dev.runnel.client;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.Fixture.clientOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Lists that are fetched while they are read, here of the threads 1 to 7. */
@Timeout(180)
class PagesTest {
    private static final int LAST = 7;

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> gets = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listThreads() {
        server.answerOthers(get -> {
            gets.add(get.path());
            boolean ascending = get.path().contains("order=asc");
            int limit = Integer.parseInt(get.path().replaceAll(".*limit=(\\d+).*", "$1"));
            String after = get.path().contains("after=") ? get.path().replaceAll(".*after=([^&]+).*", "$1") : "";
            int from = ascending ? number(after, 0) + 1 : number(after, LAST + 1) - 1;
            int to = ascending ? Math.min(from + limit - 1, LAST) : Math.max(from - limit + 1, 1);
            return page(from, to, ascending);
        });
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aListIsFetchedToItsEndPageByPage() {
        assertThat(ids(client.threads().list().pagesOf(3))).containsExactly(7, 6, 5, 4, 3, 2, 1);
        assertThat(gets).containsExactly("/v1/threads?limit=3&order=desc",
                "/v1/threads?limit=3&order=desc&after=thread_5", "/v1/threads?limit=3&order=desc&after=thread_2");
    }

    @Test
    void itsOrderAndItsBeginningAreTheCallersChoice() {
        assertThat(ids(client.threads().list().oldestFirst().pagesOf(4))).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(ids(client.threads().list().oldestFirst().after("thread_5"))).containsExactly(6, 7);
        assertThat(ids(client.threads().list().after("thread_3").pagesOf(1))).containsExactly(2, 1);
        assertThat(ids(client.threads().list().after("thread_1"))).isEmpty();
        assertThat(ids(client.threads().list().oldestFirst().after("thread_7"))).isEmpty();
    }

    @Test
    void aPageIsFetchedOnlyWhenItIsCome() {
        Pages<AssistantThread> pages = client.threads().list().pagesOf(3);
        assertThat(gets).isEmpty();
        Iterator<AssistantThread> iterator = pages.iterator();
        assertThat(gets).isEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(iterator.next().id()).isEqualTo("thread_" + (LAST - i));
            assertThat(gets).hasSize(1);
        }
        assertThat(iterator.hasNext()).isTrue();
        assertThat(gets).hasSize(2);
        assertThat(pages.stream().limit(2).map(AssistantThread::id)).containsExactly("thread_7", "thread_6");
        assertThat(gets).as("each iteration asks anew").hasSize(3);
    }

    @Test
    void theFirstPageMayBeHadAlone() {
        assertThat(client.threads().list().pagesOf(2).page().data()).hasSize(2);
        assertThat(client.threads().list().pagesOf(2).page().hasMore()).isTrue();
        assertThat(client.threads().list().pagesOf(2).after("thread_6").page().data())
                .extracting(AssistantThread::id).containsExactly("thread_5", "thread_4");
        assertThat(gets).hasSize(3);
    }

    @Test
    void theEndIsTheEnd() {
        Iterator<AssistantThread> iterator = client.threads().list().iterator();
        for (int i = 0; i < LAST; i++) {
            assertThat(iterator.next()).isNotNull();
        }
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        assertThat(gets).hasSize(1);
    }

    @Test
    void aPageThatFailsIsAnErrorAndNotTheEnd() {
        server.answerOthers(get -> {
            gets.add(get.path());
            return get.path().contains("after=") && gets.size() == 2
                    ? Script.error(500, "server_error", "no")
                    : page(get.path().contains("after=") ? 1 : 2, get.path().contains("after=") ? 1 : 2, false);
        });
        Iterator<AssistantThread> iterator = client.threads().list().pagesOf(1).iterator();
        assertThat(iterator.next().id()).isEqualTo("thread_2");
        assertThatThrownBy(iterator::hasNext).isInstanceOf(ApiException.class);
        assertThat(iterator.next().id()).as("asked once more").isEqualTo("thread_1");
        assertThat(iterator.hasNext()).isFalse();
    }

    @Test
    void aListMayHaveAQueryOfItsOwn() {
        server.answerOthers(get -> {
            gets.add(get.path());
            return Script.json(200, "{\"object\":\"list\",\"data\":[]}");
        });
        assertThat(client.files().list("user data")).isEmpty();
        assertThat(client.messages().ofRun("thread_1", "run/1").oldestFirst().after("msg 1")).isEmpty();
        assertThat(gets).containsExactly("/v1/files?purpose=user%20data&limit=20&order=desc",
                "/v1/threads/thread_1/messages?run_id=run%2F1&limit=20&order=asc&after=msg%201");
    }

    private static List<Integer> ids(Pages<AssistantThread> pages) {
        return pages.stream().map(thread -> number(thread.id(), -1)).toList();
    }

    private static int number(String id, int otherwise) {
        return id.isEmpty() ? otherwise : Integer.parseInt(id.substring("thread_".length()));
    }

    private static Script page(int from, int to, boolean ascending) {
        int size = ascending ? to - from + 1 : from - to + 1;
        List<String> ids = IntStream.range(0, Math.max(size, 0))
                .mapToObj(i -> "thread_" + (ascending ? from + i : from - i)).toList();
        String data = ids.stream().map(id -> "{\"id\":\"" + id + "\",\"object\":\"thread\",\"created_at\":1}")
                .collect(Collectors.joining(","));
        String last = ids.isEmpty() ? "null" : "\"" + ids.getLast() + "\"";
        boolean more = !ids.isEmpty() && (ascending ? to < LAST : to > 1);
        return Script.json(200, "{\"object\":\"list\",\"data\":[" + data + "],\"first_id\":null,\"last_id\":" + last
                + ",\"has_more\":" + more + "}");
    }
}
