package dev.runnel.client;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.hello;
import static dev.runnel.client.RunScripts.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Futures of what is read on other threads. */
@Timeout(180)
class AsyncTest {
    private static final RunRequest RUN = RunRequest.builder("asst_1").build();

    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStreamIsHandedToItsConsumerPieceByPieceAndIsWholeAtTheEnd() throws InterruptedException {
        Gate gate = new Gate();
        server.enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        try (RunnelClient client = clientOf(server).build()) {
            CompletableFuture<ChatCompletion> whole = client.chat().streamAsync(HI, chunk -> addText(texts, chunk));
            assertThat(texts.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("Hel");
            assertThat(whole).isNotDone();
            gate.open();
            assertThat(whole.join().text()).isEqualTo("Hello");
            assertThat(texts).containsExactly("lo");
        }
    }

    @Test
    void aRunAndAWholeCompletionMayBeWaitedForToo() {
        server.enqueue(hello(), Script.chat("a"));
        List<String> names = new ArrayList<>();
        try (RunnelClient client = clientOf(server).build()) {
            Run run = client.runs()
                    .streamAsync("thread_1", RUN, RunOptions.DEFAULT, event -> names.add(event.name())).join();
            assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(names).hasSize(5);
            assertThat(client.chat().createAsync(HI).join().text()).isEqualTo("a");
        }
    }

    @Test
    void aFailureIsTheFuturesOwn() {
        server.enqueue(Script.error(400, "invalid_request_error", "no"), Script.reply("a"), Script.chat("a"));
        IllegalStateException mine = new IllegalStateException("mine");
        try (RunnelClient client = clientOf(server).build()) {
            assertThatThrownBy(() -> client.chat().streamAsync(HI, chunk -> {}).join())
                    .isInstanceOf(CompletionException.class).hasCauseInstanceOf(ApiException.class);
            assertThatThrownBy(() -> client.chat().streamAsync(HI, chunk -> {}).join())
                    .hasCauseInstanceOf(BrokenStreamException.class);
            assertThatThrownBy(() -> client.chat().streamAsync(HI, chunk -> {
                throw mine;
            }).join()).hasCause(mine);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancellingBeforeTheHeadersClosesTheConnection(Via via) throws InterruptedException {
        server.enqueue(Script.silent(), Script.silent());
        try (RunnelClient client = clientOf(server).transport(via.transport()).build()) {
            CompletableFuture<ChatCompletion> streamed = client.chat().streamAsync(HI, chunk -> {});
            server.awaitRequest(0, LONG);
            assertCancels(streamed, 0);
            CompletableFuture<ChatCompletion> created = client.chat().createAsync(HI);
            server.awaitRequest(1, LONG);
            assertCancels(created, 1);
        }
        assertThat(server.requests()).as("nothing is tried again").hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void cancellingInTheMiddleClosesTheConnection(Via via) throws InterruptedException {
        server.enqueue(Script.reply("a").stall(), events(Script.sse(), 1, run("in_progress")).stall(),
                Script.plain().raw("{").stall());
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        try (RunnelClient client = clientOf(server).transport(via.transport()).build()) {
            CompletableFuture<ChatCompletion> chat = client.chat().streamAsync(HI, seen::add);
            assertThat(seen.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(ChatChunk.class);
            assertCancels(chat, 0);
            seen.clear();
            CompletableFuture<Run> run = client.runs().streamAsync("thread_1", RUN, RunOptions.DEFAULT, event -> {
                seen.add(event);
            });
            assertThat(seen.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(RunEvent.class);
            assertCancels(run, 1);
            CompletableFuture<ChatCompletion> created = client.chat().createAsync(HI);
            server.awaitRequest(2, LONG);
            assertCancels(created, 2);
        }
    }

    private void assertCancels(CompletableFuture<?> future, int request) throws InterruptedException {
        assertThat(future.cancel(true)).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(server.requests().get(request).awaitDisconnect(LONG)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutOfTheFutureClosesTheConnection(Via via) throws InterruptedException {
        server.enqueue(Script.silent(), Script.reply("a").stall());
        try (RunnelClient client = clientOf(server).transport(via.transport()).build()) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<ChatCompletion> future = client.chat().streamAsync(HI, chunk -> {});
                server.awaitRequest(i, LONG);
                assertThatThrownBy(future.orTimeout(200, TimeUnit.MILLISECONDS)::join)
                        .hasCauseInstanceOf(TimeoutException.class);
                assertThat(server.requests().get(i).awaitDisconnect(LONG)).isTrue();
            }
        }
    }

    @Test
    void cancellingEndsTheWaitForAnotherTryAndForARunThatIsReattachedTo() throws InterruptedException {
        server.enqueue(Script.error(503, "server_error", "later").header("retry-after", "30"),
                events(Script.sse(), 1, run("in_progress")).close());
        BlockingQueue<String> gets = new LinkedBlockingQueue<>();
        server.answerOthers(get -> {
            gets.add(get.path());
            return Script.silent();
        });
        BlockingQueue<Thread> readers = new LinkedBlockingQueue<>();
        try (RunnelClient client = clientOf(server).executor(work -> {
            Thread reader = new Thread(work);
            reader.setDaemon(true);
            readers.add(reader);
            reader.start();
        }).build()) {
            CompletableFuture<ChatCompletion> chat = client.chat().streamAsync(HI, chunk -> {});
            server.awaitRequest(0, LONG);
            chat.cancel(true);
            assertEnds(readers.take());
            CompletableFuture<Run> run = client.runs().streamAsync("thread_1", RUN,
                    RunOptions.DEFAULT.withAutoResume(3), event -> {});
            assertThat(gets.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isNotNull();
            run.cancel(true);
            assertEnds(readers.take());
        }
        assertThat(server.requests()).hasSize(2);
    }

    private static void assertEnds(Thread thread) throws InterruptedException {
        thread.join(LONG.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void nothingIsHandedToTheConsumerAfterTheCancelling() throws InterruptedException {
        server.enqueue(Script.sse().raw("""
                data: {"choices":[{"index":0,"delta":{"content":"a"}}]}

                data: {"choices":[{"index":0,"delta":{"content":"b"}}]}

                """).stall());
        List<String> texts = new ArrayList<>();
        CompletableFuture<CompletableFuture<ChatCompletion>> itself = new CompletableFuture<>();
        CountDownLatch done = new CountDownLatch(1);
        try (RunnelClient client = clientOf(server).executor(work -> new Thread(() -> {
            work.run();
            done.countDown();
        }).start()).build()) {
            itself.complete(client.chat().streamAsync(HI, chunk -> {
                texts.add(chunk.text());
                itself.join().cancel(true);
            }));
            assertThat(server.awaitRequest(0, LONG).awaitDisconnect(LONG)).isTrue();
            assertThat(done.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(texts).containsExactly("a");
    }

    @Test
    void aPoolOfTheCallersOwnIsUsedAndNotHarmed() {
        server.enqueue(Script.reply("a").stall(), Script.chat("b"));
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (RunnelClient client = clientOf(server).executor(one).build()) {
            CompletableFuture<Thread> reader = new CompletableFuture<>();
            CompletableFuture<ChatCompletion> first = client.chat().streamAsync(HI,
                    chunk -> reader.complete(Thread.currentThread()));
            Thread pooled = reader.join();
            first.cancel(true);
            List<Thread> readers = new ArrayList<>();
            ChatCompletion second = client.chat().streamAsync(HI, chunk -> readers.add(Thread.currentThread())).join();
            assertThat(second.text()).isEqualTo("b");
            assertThat(readers).isNotEmpty().containsOnly(pooled);
        }
        assertThat(one.isShutdown()).as("the client does not end it").isFalse();
        one.shutdownNow();
    }

    @Test
    void withoutAPoolReadersAreDaemons() {
        server.enqueue(Script.chat("a"));
        CompletableFuture<Boolean> daemon = new CompletableFuture<>();
        try (RunnelClient client = clientOf(server).build()) {
            client.chat().streamAsync(HI, chunk -> daemon.complete(Thread.currentThread().isDaemon())).join();
        }
        assertThat(daemon.join()).isTrue();
    }

    private static void addText(BlockingQueue<String> texts, ChatChunk chunk) {
        if (!chunk.text().isEmpty()) {
            texts.add(chunk.text());
        }
    }
}
