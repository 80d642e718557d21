package dev.runnel.bench.reliability;

import dev.runnel.protocol.RequiredAction.FunctionToolCall;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Answers a run's function calls: each time it requires action it gets its outputs, after a while, with a key, and again until the server
 * has said that it has them. Readers that rest meanwhile are told when to go on. Thread-safe.
 */
final class CallAnswers {
    private final Clients clients;
    private final Duration pause;
    private final BlockingQueue<Optional<SeenEvent>> calls = new LinkedBlockingQueue<>();

    /** By the number of the event that called. */
    private final ConcurrentMap<Long, CountDownLatch> answered = new ConcurrentHashMap<>();

    /** @param pause before each answer */
    CallAnswers(Clients clients, Duration pause) {
        this.clients = clients;
        this.pause = pause;
    }

    /** The answer of the client to a call. */
    static String output(String arguments) {
        return "noted: " + arguments;
    }

    /** A reader has seen that the run requires action. */
    void called(SeenEvent event) {
        calls.add(Optional.of(event));
    }

    /** Nothing will be called any more, or answered. */
    void end() {
        calls.add(Optional.empty());
    }

    /** Answers what is called until the end. */
    void answer(RunRef run) throws InterruptedException {
        for (Optional<SeenEvent> call = calls.take(); call.isPresent(); call = calls.take()) {
            Thread.sleep(pause);
            clients.patient().runs().submitToolOutputs(run.threadId(), run.id(), outputs(call.get()));
            answered(call.get().number()).countDown();
        }
    }

    private static ToolOutputsRequest outputs(SeenEvent event) {
        Run run = ((RunEvent.RunChanged) event.decoded()).run();
        List<FunctionToolCall> calls = Optional.ofNullable(run.requiredAction()).orElseThrow().submitToolOutputs()
                .toolCalls();
        return new ToolOutputsRequest(
                calls.stream().map(call -> new ToolOutput(call.id(), output(call.function().arguments()))).toList(),
                null);
    }

    private CountDownLatch answered(long number) {
        return answered.computeIfAbsent(number, called -> new CountDownLatch(1));
    }

    /** Waits until what is called by an event is answered. */
    void await(long number) throws InterruptedException {
        answered(number).await();
    }

    /** Whether what is called by an event has been answered. */
    boolean has(long number) {
        return answered(number).getCount() == 0;
    }

    /** Whether anything has been answered. */
    boolean any() {
        return answered.values().stream().anyMatch(latch -> latch.getCount() == 0);
    }
}
