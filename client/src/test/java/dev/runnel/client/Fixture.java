package dev.runnel.client;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.testkit.ScriptedModelServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Code that the client's tests share. */
final class Fixture {
    /** For what comes at once; so long only as to end a test that hangs. */
    static final Duration LONG = Duration.ofMinutes(1);
    static final ChatRequest HI = ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();

    private Fixture() {}

    static RunnelClient.Builder clientOf(ScriptedModelServer server) {
        return RunnelClient.builder().baseUrl(server.baseUri().toString()).apiKey("sk-test").idleTimeout(LONG);
    }

    /** The next chunk, which must come. */
    static ChatChunk take(ChatStream stream) {
        ChatChunk chunk = stream.next();
        assertThat(chunk).isNotNull();
        return chunk;
    }

    /** The next event, which must come. */
    static RunEvent take(RunStream stream) {
        RunEvent event = stream.next();
        assertThat(event).isNotNull();
        return event;
    }

    /** The next event, which must come. */
    static ResponseEvent take(ResponseStream stream) {
        ResponseEvent event = stream.next();
        assertThat(event).isNotNull();
        return event;
    }

    /** The text of all chunks that have some. */
    static List<String> texts(ChatStream stream) {
        List<String> texts = new ArrayList<>();
        for (ChatChunk chunk : stream) {
            if (!chunk.text().isEmpty()) {
                texts.add(chunk.text());
            }
        }
        return texts;
    }

    /** Asks a publisher for all it has, and answers how it ended: with an error, or "complete". */
    static <T> Object consumed(Flow.Publisher<T> publisher, Consumer<? super T> consumer) throws Exception {
        CompletableFuture<Object> end = new CompletableFuture<>();
        publisher.subscribe(new Flow.Subscriber<T>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(T element) {
                consumer.accept(element);
            }

            @Override
            public void onError(Throwable error) {
                end.complete(error);
            }

            @Override
            public void onComplete() {
                end.complete("complete");
            }
        });
        return end.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** A thread that waits inside a call of the client's, and what became of the call. */
    static final class Waiting {
        private final CompletableFuture<Boolean> interruptedWhenThrown = new CompletableFuture<>();
        private final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        private final Thread thread;

        /** Starts the call, and returns when it waits. */
        Waiting(Supplier<?> call) {
            thread = new Thread(() -> {
                try {
                    Object answer = call.get();
                    thrown.completeExceptionally(new AssertionError("returned " + answer));
                } catch (RuntimeException e) {
                    interruptedWhenThrown.complete(Thread.currentThread().isInterrupted());
                    thrown.complete(e);
                }
            }, "waiting");
            thread.setDaemon(true);
            thread.start();
            while (!waits() && !thrown.isDone()) {
                Thread.onSpinWait();
            }
        }

        /** On a monitor, or on a socket, which Java does not count as waiting. */
        private boolean waits() {
            return thread.getState() == Thread.State.TIMED_WAITING
                    || Stream.of(thread.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("receive")
                            && frame.getClassName().endsWith(".transport.Connection"));
        }

        void interrupt() {
            thread.interrupt();
        }

        /** The exception of the call, which must come soon. */
        Throwable thrown() throws InterruptedException {
            try {
                return thrown.get(LONG.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("the call has not thrown", e);
            }
        }

        boolean interruptedWhenThrown() {
            return interruptedWhenThrown.join();
        }
    }
}
