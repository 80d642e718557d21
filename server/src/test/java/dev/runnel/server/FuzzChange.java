package dev.runnel.server;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What becomes of a request in {@link FuzzTest}: of its JSON, of a part of its URL, of its method, of its bytes. */
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
    static Arbitrary<List<FuzzChange>> lists() {
        Arbitrary<Integer> node = Arbitraries.integers().between(0, 60);
        Arbitrary<String> value = Arbitraries.of(VALUES);
        Arbitrary<Integer> permille = Arbitraries.integers().between(0, 1000);
        Arbitrary<FuzzChange> change = Arbitraries.frequencyOf(
                Tuple.of(8, Combinators.combine(node, value).as(FuzzChange.Replace::new)),
                Tuple.of(4, node.map(FuzzChange.Remove::new)),
                Tuple.of(2, Combinators
                        .combine(node, Arbitraries.of("", "x", "type", "stream", "error", "id", "metadata"), value)
                        .as(FuzzChange.Add::new)),
                Tuple.of(3, Combinators
                        .combine(Arbitraries.integers().between(0, 9), Arbitraries.of(TEXTS)).as(FuzzChange.Url::new)),
                Tuple.of(1, Arbitraries.of("GET", "POST", "PUT", "PATCH", "DELETE").map(FuzzChange.Method::new)),
                Tuple.of(1, permille.map(FuzzChange.Cut::new)),
                Tuple.of(1, Combinators
                        .combine(permille, Arbitraries.integers().between(0, 255)).as(FuzzChange.Octet::new)));
        return change.list().ofMinSize(0).ofMaxSize(3);
    }
}
