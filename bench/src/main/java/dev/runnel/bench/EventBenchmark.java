package dev.runnel.bench;

import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.sse.SseEvent;
import dev.runnel.protocol.sse.SseParser;
import dev.runnel.protocol.sse.SseWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of one token in the protocol module: its steps through a server and a client, each by itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EventBenchmark {
    private static final String MESSAGE = "msg_0aB1cD2eF3gH4iJ5kL6mN7oP";

    private final byte[] chunk = ("{\"id\":\"chatcmpl-9\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" stream\"},\"logprobs\":null,\"finish_reason\":null}]}")
            .getBytes(StandardCharsets.UTF_8);
    private final RunEvent delta = new RunEvent.MessageDelta(MESSAGE,
            List.of(new ContentDelta.Text(0, " stream", null)));
    private final byte[] data = RunEvents.encode(delta);
    private final byte[] chunkFrame = new SseWriter().data(chunk).toByteArray();
    private final byte[] frame = new SseWriter().event(42, delta.name(), data).toByteArray();
    private final SseParser parser = new SseParser();
    private final SseWriter writer = new SseWriter();
    private final SseParser modelParser = new SseParser();
    private RunFold fold = new RunFold();
    private int folded;

    /** A model server's chunk, read. */
    @Benchmark
    public ChatChunk readChunk() {
        return ChatJson.readChunk(chunk);
    }

    /** A delta, written as JSON. */
    @Benchmark
    public byte[] encodeDelta() {
        return RunEvents.encode(delta);
    }

    /** A delta's JSON, read. */
    @Benchmark
    public RunEvent decodeDelta() {
        return RunEvents.decode("thread.message.delta", data);
    }

    /** An event of a stream, found in its bytes. */
    @Benchmark
    public SseEvent parseEvent() {
        return only(parser, frame);
    }

    private static SseEvent only(SseParser parser, byte[] frame) {
        parser.feed(frame, 0, frame.length);
        SseEvent event = parser.next();
        parser.next();
        if (event == null) {
            throw new IllegalStateException("the frame held no event");
        }
        return event;
    }

    /** An event of a stream, written. */
    @Benchmark
    public int writeEvent() {
        writer.clear();
        return writer.event(42, delta.name(), data).size();
    }

    /** A delta, folded; the message begins anew every 1,000 tokens. */
    @Benchmark
    public RunFold foldDelta() {
        if (++folded % 1_000 == 0) {
            fold = new RunFold();
        }
        fold.apply(delta);
        return fold;
    }

    /** All that is done with a token between a model server's bytes and a reader's, but the log. */
    @Benchmark
    public int relayToken() {
        ChatChunk read = ChatJson.readChunk(only(modelParser, chunkFrame).data());
        RunEvent event = new RunEvent.MessageDelta(MESSAGE,
                List.of(new ContentDelta.Text(0, read.choices().getFirst().delta().content(), null)));
        if (++folded % 1_000 == 0) {
            fold = new RunFold();
        }
        fold.apply(event);
        writer.clear();
        return writer.event(42, event.name(), RunEvents.encode(event)).size();
    }
}
