package dev.runnel.bench.attack;

import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients who stream runs, one after the other, while others attack the server. Each of their streams must come to its end at the first
 * try, with every event, in order, and with all that the model said. Thread-safe.
 */
final class Bystanders implements AutoCloseable {
    private static final int MAX_KEPT = 20;

    private final RunnelClient client;
    private final String assistantId;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong streams = new AtomicLong();
    private final AtomicLong disturbed = new AtomicLong();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    private Bystanders(RunnelClient client) {
        this.client = client;
        this.assistantId = client.assistants().create(AssistantRequest.builder("m").build()).id();
    }

    static Bystanders start(URI server, String key, int count) {
        // Without retries: a stream that had to be tried again was disturbed.
        Bystanders all = new Bystanders(
                RunnelClient.builder().baseUrl(server.toString()).apiKey(key).maxRetries(0).build());
        for (int i = 0; i < count; i++) {
            all.threads.add(Thread.ofVirtual().name("bystander-" + i).start(all::streamUntilTheEnd));
        }
        return all;
    }

    private void streamUntilTheEnd() {
        while (!ended) {
            try {
                stream();
                streams.incrementAndGet();
            } catch (RuntimeException e) {
                fault(e.toString());
            }
        }
    }

    private void stream() {
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("go")))
                .build();
        try (RunStream stream = client.runs().streamWithThread(request)) {
            long last = 0;
            while (stream.next() != null) {
                if (stream.lastEventId() != last + 1) {
                    fault("event " + stream.lastEventId() + " after " + last);
                }
                last = stream.lastEventId();
            }
            Run run = stream.fold().run().orElseThrow();
            String text = stream.fold().messages().getLast().text();
            if (!text.equals(HostileModel.text())) {
                fault("run " + run.id() + " is " + run.status() + " and says " + text + " " + run.lastError());
            }
            client.threads().delete(run.threadId());
        }
    }

    private void fault(String what) {
        disturbed.incrementAndGet();
        if (faults.size() < MAX_KEPT) {
            faults.add(what);
        }
    }

    /** How many streams came to their end as they should. */
    long streams() {
        return streams.get();
    }

    /** How many did not. */
    long disturbed() {
        return disturbed.get();
    }

    /** The first faults, in words. */
    List<String> faults() {
        return faults;
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        client.close();
    }
}
