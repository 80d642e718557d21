package dev.runnel.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The bytes of one streamed reply from the HTTP head to the last chunk, the same for every stream, and how far a
 * stream may have written them at each beat. Beat 0 is the head and the first token, the last beat all that follows
 * the last token. Used by one thread.
 */
final class PacedReply {
    private static final String HEAD = """
            HTTP/1.1 200 OK\r
            Content-Type: text/event-stream; charset=utf-8\r
            Cache-Control: no-cache\r
            Transfer-Encoding: chunked\r
            \r
            """;

    private final ByteBuffer bytes;
    private final int[] ends;
    private final long intervalNanos;

    PacedReply(int tokens, Duration interval) {
        var out = new ByteArrayOutputStream();
        ends = new int[tokens + 1];
        intervalNanos = interval.toNanos();
        out.writeBytes(HEAD.getBytes(UTF_8));
        write(out, delta("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
        for (int i = 0; i < tokens; i++) {
            write(out, delta("{\"content\":\" t" + i + "\"}", "null"));
            ends[i] = out.size();
        }
        write(out, delta("{}", "\"stop\""));
        write(out, chunk("", "{\"prompt_tokens\":0,\"completion_tokens\":%d,\"total_tokens\":%<d}".formatted(tokens)));
        write(out, "[DONE]");
        out.writeBytes("0\r\n\r\n".getBytes(UTF_8));
        ends[tokens] = out.size();
        bytes = ByteBuffer.allocateDirect(out.size()).put(out.toByteArray());
    }

    private static String delta(String delta, String finishReason) {
        return chunk("{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}", "null");
    }

    private static String chunk(String choices, String usage) {
        return """
                {"id":"chatcmpl-paced","object":"chat.completion.chunk","created":1,"model":"paced",\
                "choices":[%s],"usage":%s}""".formatted(choices, usage);
    }

    private static void write(ByteArrayOutputStream out, String data) {
        var event = ("data: " + data + "\n\n").getBytes(UTF_8);
        out.writeBytes((Integer.toHexString(event.length) + "\r\n").getBytes(UTF_8));
        out.writeBytes(event);
        out.writeBytes("\r\n".getBytes(UTF_8));
    }

    int beats() {
        return ends.length;
    }

    long intervalNanos() {
        return intervalNanos;
    }

    /**
     * What a stream that has written up to a position still has to write by the end of a beat. Valid until the next
     * call.
     */
    ByteBuffer slice(int position, int beat) {
        return bytes.limit(ends[beat]).position(position);
    }
}
