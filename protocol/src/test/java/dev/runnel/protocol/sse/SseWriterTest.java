package dev.runnel.protocol.sse;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SseWriterTest {

    @Example
    void aPingIsOneLineWithoutABlankOne() {
        assertThat(text(new SseWriter().ping())).isEqualTo(": ping\n");
    }

    @Example
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

    @Example
    void aChatStreamIsDataAlone() {
        assertThat(text(new SseWriter().data("{}".getBytes(UTF_8)).doneData()))
                .isEqualTo("data: {}\n\ndata: [DONE]\n\n");
    }

    @Example
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

    @Example
    void whatWasTakenIsForgotten() {
        SseWriter writer = new SseWriter().data("1".getBytes(UTF_8));
        writer.clear();
        assertThat(writer.size()).isZero();
        assertThat(text(writer.data("2".getBytes(UTF_8)))).isEqualTo("data: 2\n\n");
        assertThat(new String(writer.array(), 0, writer.size(), UTF_8)).isEqualTo("data: 2\n\n");
    }

    @Example
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

    @Property
    void whatIsWrittenIsReadAsItWas(@ForAll("events") List<Written> events) {
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

    @Provide
    Arbitrary<List<Written>> events() {
        Arbitrary<@Nullable Long> ids = Arbitraries.longs().greaterOrEqual(0).injectNull(0.3);
        Arbitrary<String> types = Arbitraries.strings().withChars("abc._").ofMinLength(1);
        // Data as JSON has it: anything but line ends. Some of it is longer than the writer's first buffer.
        Arbitrary<String> data = Arbitraries.strings().excludeChars('\n', '\r').ofMaxLength(200)
                .filter(text -> UTF_8.newEncoder().canEncode(text))
                .flatMap(text -> Arbitraries.of(text, text, text.repeat(40)));
        Arbitrary<Written> named = Combinators.combine(ids, types, data).as(Written::new);
        Arbitrary<Written> bare = data.map(text -> new Written(null, null, text));
        return Arbitraries.oneOf(named, bare).list().ofMaxSize(8);
    }

    private static String text(SseWriter writer) {
        return new String(writer.toByteArray(), UTF_8);
    }
}
