package dev.runnel.bench;

import java.util.List;
import java.util.stream.IntStream;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The events of one reply as they are on the wire.
 *
 * @param opening before the first token
 * @param tokens  one event each: {@code " t0"}, {@code " t1"} …; or stamped, with room for when it is written
 * @param ending  after the last
 */
record PacedEvents(List<byte[]> opening, List<byte[]> tokens, List<byte[]> ending) {

    /** A chat completion's, as model servers write them. */
    static PacedEvents chat(int tokens) {
        return chat(tokens, "");
    }

    static PacedEvents stampedChat(int tokens) {
        return chat(tokens, Stamp.BLANK);
    }

    private static PacedEvents chat(int tokens, String stamp) {
        return new PacedEvents(
                List.of(delta("{\"role\":\"assistant\",\"content\":\"\"}", "null")),
                IntStream.range(0, tokens).mapToObj(i -> delta("{\"content\":\" t" + i + stamp + "\"}", "null"))
                        .toList(),
                List.of(delta("{}", "\"stop\""), usage(tokens), data("[DONE]")));
    }

    private static byte[] delta(String delta, String finishReason) {
        return chunk("{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}", "null");
    }

    private static byte[] usage(int tokens) {
        return chunk("", "{\"prompt_tokens\":0,\"completion_tokens\":%d,\"total_tokens\":%<d}".formatted(tokens));
    }

    private static byte[] chunk(String choices, String usage) {
        return data("""
                {"id":"chatcmpl-paced","object":"chat.completion.chunk","created":1,"model":"paced",\
                "choices":[%s],"usage":%s}""".formatted(choices, usage));
    }

    private static byte[] data(String data) {
        return ("data: " + data + "\n\n").getBytes(UTF_8);
    }
}
