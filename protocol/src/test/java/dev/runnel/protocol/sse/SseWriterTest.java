package dev.runnel.protocol.sse;

import dev.runnel.testkit.RandomInput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SseWriterTest {

    @Test
    void aPingIsOneLineWithoutABlankOne() {
        assertThat(text(new SseWriter().ping())).isEqualTo(": ping\n");
    }

    @Test
    void anEventIsWrittenAsTheProtocolFramesIt() {
        SseWriter writer = new SseWriter()
                .event(7, "thread.run.created", "{}".getBytes(UTF_8))
                .event("error", "{\"error\":1}".getBytes(UTF_8))
                .doneEvent();
        assertThat(text(writer)).isEqualTo("""
                id: 7
                event: thread.run.created
                data: {}

                event: error
                data: {"error":1}

                event: done
                data: [DONE]

                """);
    }

    @Test
    void aChatStreamIsDataAlone() {
        assertThat(text(new SseWriter().data("{}".getBytes(UTF_8)).doneData()))
                .isEqualTo("data: {}\n\ndata: [DONE]\n\n");
    }

    @Test
    void noDataBreaksAnEventsFrame() {
        for (String data : List.of("\n\nevent: x\ndata: y\n\n", "a\rb\r\nc\n\rd", "\r\n", "eight by\nte", "\n")) {
            List<Seen> seen = Seen.parse(new SseWriter().event("t", data.getBytes(UTF_8)).toByteArray(), List.of());
            assertThat(seen).as(data).hasSize(1);
            assertThat(seen.get(0).type()).isEqualTo("t");
            assertThat(seen.get(0).data()).isEqualTo(data.replace("\r\n", "\n").replace('\r', '\n'));
        }
        assertThatThrownBy(() -> new SseWriter().event("a\ndata: b", new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWasTakenIsForgotten() {
        SseWriter writer = new SseWriter().data("1".getBytes(UTF_8));
        writer.clear();
        assertThat(writer.size()).isZero();
        assertThat(text(writer.data("2".getBytes(UTF_8)))).isEqualTo("data: 2\n\n");
        assertThat(new String(writer.array(), 0, writer.size(), UTF_8)).isEqualTo("data: 2\n\n");
    }

    @Test
    void aBufferIsKeptAsLongAsItIsPutToUse() {
        SseWriter writer = new SseWriter().data(new byte[30_000]);
        byte[] large = writer.array();
        writer.clear();
        assertThat(writer.data(new byte[20_000]).array()).isSameAs(large);
        writer.clear();
        writer.ping().clear();
        assertThat(writer.array()).hasSizeLessThan(8_192);
        writer.data(new byte[1_000_000]).clear();
        assertThat(writer.array()).hasSizeLessThan(8_192);
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        RandomInput.forAll(1_000, random -> readAsWritten(random.list(0, 8, () -> written(random))));
    }

    private static void readAsWritten(List<Written> events) {
        SseWriter writer = new SseWriter();
        String lastId = null;
        for (Written event : events) {
            event.to(writer);
            writer.ping();
        }
        List<Seen> read = Seen.parse(text(writer));
        assertThat(read).hasSameSizeAs(events);
        for (int i = 0; i < events.size(); i++) {
            Written event = events.get(i);
            lastId = event.id == null ? lastId : String.valueOf(event.id);
            assertThat(read.get(i))
                    .isEqualTo(new Seen(event.type == null ? "message" : event.type, event.data, lastId));
        }
    }

    record Written(@Nullable Long id, @Nullable String type, String data) {
        void to(SseWriter writer) {
            byte[] bytes = data.getBytes(UTF_8);
            if (id != null && type != null) {
                writer.event(id, type, bytes);
            } else if (type != null) {
                writer.event(type, bytes);
            } else {
                writer.data(bytes);
            }
        }
    }

    private static Written written(RandomInput random) {
        // Data as JSON has it: anything but line ends. Some of it is longer than the writer's first buffer.
        String data = random.text(200).replaceAll("[\n\r]", "").repeat(random.of(1, 1, 40));
        if (random.chance(0.5)) {
            return new Written(null, null, data);
        }
        Long id = random.chance(0.3) ? null : random.of(0L, 1L, (long) random.between(2, 1_000_000), Long.MAX_VALUE);
        return new Written(id, String.join("", random.list(1, 20, () -> random.of("a", "b", "c", ".", "_"))), data);
    }

    private static String text(SseWriter writer) {
        return new String(writer.toByteArray(), UTF_8);
    }
}
