package dev.runnel.server;

import dev.runnel.testkit.RandomInput;
import java.util.List;

/** A change of a request in {@link FuzzTest}: of its JSON, of a part of its URL, of its method, of its bytes. */
sealed interface FuzzChange {
    List<String> VALUES = List.of(
            "null", "true", "0", "-1", "1.5", "1e400", "9223372036854775808", "\"\"", "\"x\"", "[]", "[null]", "{}",
            "{\"type\":\"x\"}", "[[[[]]]]", "\"auto\"", "\"\\u0000\"", "\"\\ud800\"", "\"\uD83D\uDE00\"",
            "\"" + "a".repeat(600) + "\"", "{\"\":\"\"}", "{\"type\":\"file_search\"}",
            "{\"type\":\"code_interpreter\"}",
            "\"asst_none\"", "\"thread_none\"", "\"../../etc\"", "\"' OR 1=1 --\"");

    List<String> TEXTS = List.of(
            "", "x", "-1", "0", "101", "99999999999999999999", "%00", "%FF", "..", "%2e%2e%2f", "asst_none",
            "thread_none", "run_none", "msg_none", "%F0%9F%98%80", "'", "true", "desc", "a".repeat(300));

    record Replace(int node, String value) implements FuzzChange {}

    record Remove(int node) implements FuzzChange {}

    record Add(int node, String name, String value) implements FuzzChange {}

    record Url(int part, String text) implements FuzzChange {}

    record Method(String name) implements FuzzChange {}

    record Cut(int permille) implements FuzzChange {}

    record Octet(int permille, int value) implements FuzzChange {}

    /** Up to three changes, of the JSON mostly. */
    static List<FuzzChange> some(RandomInput random) {
        return random.list(0, 3, () -> one(random));
    }

    private static FuzzChange one(RandomInput random) {
        int node = random.between(0, 60);
        int permille = random.between(0, 1000);
        return switch (random.of("replace", "replace", "replace", "replace", "remove", "remove", "add", "url", "url",
                "bytes")) {
            case "replace" -> new Replace(node, random.of(VALUES));
            case "remove" -> new Remove(node);
            case "add" -> new Add(node, random.of("", "x", "type", "stream", "error", "id", "metadata"),
                    random.of(VALUES));
            case "url" -> new Url(random.between(0, 9), random.of(TEXTS));
            default -> random.of(
                    new Method(random.of("GET", "POST", "PUT", "PATCH", "DELETE")),
                    new Cut(permille),
                    new Octet(permille, random.between(0, 255)));
        };
    }
}
