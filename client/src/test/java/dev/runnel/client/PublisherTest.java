package dev.runnel.client;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.RunScripts.hello;
import static org.assertj.core.api.Assertions.assertThat;

/** Streams as publishers: demand, cancelling, errors and the end. */
@Timeout(180)
class PublisherTest {
    private static final String END = "the end";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void allIsDeliveredToWhoeverAsksForAll() throws InterruptedException {
        server.enqueue(Script.chat("a", "b"), hello());
        Probe<ChatChunk> chat = new Probe<>(Long.MAX_VALUE);
        client.chat().publish(HI).subscribe(chat);
        assertThat(chat.texts()).containsExactly("a", "b", END);
        Probe<RunEvent> run = new Probe<>(Long.MAX_VALUE);
        client.runs().publish("thread_1", RunRequest.builder("asst_1").build(), RunOptions.DEFAULT).subscribe(run);
        for (int i = 0; i < 5; i++) {
            assertThat(run.take()).isInstanceOf(RunEvent.class);
        }
        assertThat(run.take()).isEqualTo(END);
    }

    @Test
    void noMoreIsDeliveredThanWasAskedFor() throws InterruptedException {
        server.enqueue(Script.chat("a", "b", "c"));
        Probe<ChatChunk> probe = new Probe<>(1);
        client.chat().publish(HI).subscribe(probe);
        assertThat(probe.take()).as("the role").isInstanceOf(ChatChunk.class);
        probe.assertQuiet();
        probe.subscription().request(2);
        assertThat(probe.text()).isEqualTo("a");
        assertThat(probe.text()).isEqualTo("b");
        probe.assertQuiet();
        probe.subscription().request(Long.MAX_VALUE);
        probe.subscription().request(Long.MAX_VALUE); // more than all is all
        assertThat(probe.texts()).containsExactly("c", END);
    }

    @Test
    void nothingIsOpenedBeforeSomethingIsAskedFor() throws InterruptedException {
        Probe<ChatChunk> probe = new Probe<>(0);
        client.chat().publish(HI).subscribe(probe);
        probe.assertQuiet();
        assertThat(server.requests()).isEmpty();
        probe.subscription().cancel();
        probe.assertQuiet();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void theEndIsToldWithoutFurtherDemand() throws InterruptedException {
        server.enqueue(Script.sse().data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}").done());
        Probe<ChatChunk> probe = new Probe<>(1);
        client.chat().publish(HI).subscribe(probe);
        assertThat(probe.text()).isEqualTo("a");
        assertThat(probe.take()).isEqualTo(END);
        probe.subscription().request(1);
        probe.subscription().cancel();
        probe.assertQuiet();
    }

    @Test
    void eachSubscriptionIsAStreamOfItsOwn() throws InterruptedException {
        server.enqueue(Script.chat("a"), Script.chat("b"));
        Flow.Publisher<ChatChunk> publisher = client.chat().publish(HI);
        for (String text : List.of("a", "b")) {
            Probe<ChatChunk> probe = new Probe<>(Long.MAX_VALUE);
            publisher.subscribe(probe);
            assertThat(probe.texts()).containsExactly(text, END);
        }
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void cancellingClosesTheConnectionBeforeTheHeadersAndInTheMiddle(Via via) throws InterruptedException {
        server.enqueue(Script.silent(), Script.reply("a").stall());
        try (RunnelClient other = clientOf(server).transport(via.transport()).build()) {
            Probe<ChatChunk> waiting = new Probe<>(1);
            other.chat().publish(HI).subscribe(waiting);
            server.awaitRequest(0, LONG);
            waiting.subscription().cancel();
            assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
            Probe<ChatChunk> reading = new Probe<>(Long.MAX_VALUE);
            other.chat().publish(HI).subscribe(reading);
            reading.take();
            assertThat(reading.text()).isEqualTo("a");
            reading.subscription().cancel();
            reading.subscription().cancel();
            assertThat(server.requests().get(1).awaitDisconnect(LONG)).isTrue();
            waiting.assertQuiet();
            reading.assertQuiet();
        }
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aSubscriberThatWaitsWithItsDemandMayStillCancel() throws InterruptedException {
        server.enqueue(Script.reply("a", "b").stall());
        Probe<ChatChunk> probe = new Probe<>(1);
        client.chat().publish(HI).subscribe(probe);
        probe.take();
        probe.subscription().cancel();
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        probe.assertQuiet();
    }

    @Test
    void cancellingInOnNextIsTheLastOfItAndDoesNotInterruptTheSubscriber() throws InterruptedException {
        server.enqueue(Script.chat("a", "b"));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Probe<ChatChunk> probe = new Probe<>(Long.MAX_VALUE);
        probe.onNext = chunk -> {
            probe.subscription().cancel();
            interrupted.complete(Thread.currentThread().isInterrupted());
        };
        client.chat().publish(HI).subscribe(probe);
        assertThat(probe.take()).isInstanceOf(ChatChunk.class);
        assertThat(interrupted.join()).isFalse();
        probe.assertQuiet();
    }

    @Test
    void cancellingOrAskingForNothingInOnSubscribeIsTheLastOfIt() throws InterruptedException {
        Probe<ChatChunk> cancelling = new Probe<>(0);
        cancelling.onSubscribe = Flow.Subscription::cancel;
        client.chat().publish(HI).subscribe(cancelling);
        cancelling.assertQuiet();
        Probe<ChatChunk> refused = new Probe<>(0);
        refused.onSubscribe = subscription -> subscription.request(0);
        client.chat().publish(HI).subscribe(refused);
        assertThat(refused.take()).isInstanceOf(IllegalArgumentException.class);
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void askingForNothingIsRefusedAtOnce(long n) throws InterruptedException {
        server.enqueue(Script.reply("a").stall());
        Probe<ChatChunk> probe = new Probe<>(Long.MAX_VALUE);
        client.chat().publish(HI).subscribe(probe);
        probe.take();
        probe.text();
        probe.subscription().request(n);
        assertThat(probe.take()).isInstanceOf(IllegalArgumentException.class).asString().contains("3.9");
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        probe.subscription().request(1);
        probe.assertQuiet();
    }

    @Test
    void anErrorComesAfterWhatArrivedBeforeItAndIsTheLast() throws InterruptedException {
        server.enqueue(Script.error(400, "invalid_request_error", "no"), Script.reply("a").close());
        Probe<ChatChunk> refused = new Probe<>(1);
        client.chat().publish(HI).subscribe(refused);
        assertThat(refused.take()).isInstanceOf(ApiException.class);
        Probe<ChatChunk> broken = new Probe<>(Long.MAX_VALUE);
        client.chat().publish(HI).subscribe(broken);
        broken.take();
        assertThat(broken.text()).isEqualTo("a");
        assertThat(broken.take()).isInstanceOf(BrokenStreamException.class);
        broken.assertQuiet();
    }

    @Test
    void anExecutorThatTakesNoMoreIsAnError() throws InterruptedException {
        try (RunnelClient busy = clientOf(server).executor(work -> {
            throw new RejectedExecutionException("busy");
        }).build()) {
            Probe<ChatChunk> probe = new Probe<>(1);
            busy.chat().publish(HI).subscribe(probe);
            assertThat(probe.take()).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void whatASubscriberThrowsEndsTheStream() throws InterruptedException {
        server.enqueue(Script.reply("a").stall());
        Probe<ChatChunk> probe = new Probe<>(Long.MAX_VALUE);
        probe.onNext = chunk -> {
            throw new IllegalStateException("mine");
        };
        client.chat().publish(HI).subscribe(probe);
        probe.take();
        assertThat(probe.take()).isInstanceOf(IllegalStateException.class);
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
    }

    /** A subscriber that asks for so much at first, and keeps what it is told. */
    private static final class Probe<T> implements Flow.Subscriber<T> {
        private final long first;
        private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private volatile Consumer<T> onNext = element -> {};
        private volatile Consumer<Flow.Subscription> onSubscribe = given -> {};

        Probe(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
            onSubscribe.accept(given);
            if (first > 0) {
                given.request(first);
            }
        }

        @Override
        public void onNext(T element) {
            signals.add(element);
            onNext.accept(element);
        }

        @Override
        public void onError(Throwable error) {
            signals.add(error);
        }

        @Override
        public void onComplete() {
            signals.add(END);
        }

        Flow.Subscription subscription() {
            return subscription.join();
        }

        Object take() throws InterruptedException {
            @Nullable
            Object signal = signals.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(signal).as("a signal").isNotNull();
            return signal;
        }

        String text() throws InterruptedException {
            return take() instanceof ChatChunk chunk ? chunk.text() : "no chunk";
        }

        /** All texts that come, and what comes last. */
        List<Object> texts() throws InterruptedException {
            List<Object> all = new CopyOnWriteArrayList<>();
            Object signal = take();
            for (; signal instanceof ChatChunk chunk; signal = take()) {
                if (!chunk.text().isEmpty()) {
                    all.add(chunk.text());
                }
            }
            all.add(signal);
            return all;
        }

        void assertQuiet() throws InterruptedException {
            assertThat(signals.poll(150, TimeUnit.MILLISECONDS)).isNull();
        }
    }
}
