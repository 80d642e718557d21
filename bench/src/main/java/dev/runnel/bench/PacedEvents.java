package dev.runnel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The events of one reply as they are on the wire.
 *
 * @param opening before the first token
 * @param tokens  one event each: {@code " t0"}, {@code " t1"} …, or fragments of function calls; or stamped, with room for when it is written
 * @param ending  after the last
 */
record PacedEvents(List<byte[]> opening, List<byte[]> tokens, List<byte[]> ending) {
    /** In a reply that calls functions. */
    static final int CALLS = 2;

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

    /** A reply that calls two functions at once, each with these arguments, a fragment of them an event. */
    static PacedEvents calls(int round, List<String> arguments, int tokens) {
        List<byte[]> fragments = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            fragments.add(call(call, "\"id\":\"call_%d_%d\",\"type\":\"function\",".formatted(round, call),
                    "\"name\":\"note\",\"arguments\":\"\""));
            for (String fragment : arguments) {
                fragments.add(call(call, "", "\"arguments\":" + quoted(fragment)));
            }
        }
        return new PacedEvents(List.of(), fragments,
                List.of(delta("{}", "\"tool_calls\""), usage(tokens), data("[DONE]")));
    }

    private static byte[] call(int index, String head, String function) {
        return delta("{\"tool_calls\":[{\"index\":%d,%s\"function\":{%s}}]}".formatted(index, head, function), "null");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
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
