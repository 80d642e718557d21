package dev.runnel.server.http.exchange;

/**
 * How much memory the tree of a JSON text takes beside its text, before it is parsed: {@code [],[],…} becomes some twenty times its bytes.
 */
final class JsonWeight {
    /** Of a node, and of its place in the one that holds it: between that of a number and that of a member with its name. */
    private static final int NODE = 64;

    private JsonWeight() {}

    /** The memory in bytes, by the characters that begin a value; those within strings begin none. */
    static long of(byte[] json) {
        long nodes = 0;
        boolean text = false;
        for (int i = 0; i < json.length; i++) {
            switch (json[i]) {
                case '"' -> text = !text;
                case '\\' -> i++; // stands in a string only, and what follows it does not end that
                case '[', '{', ',', ':' -> nodes += text ? 0 : 1;
                default -> {
                }
            }
        }
        return nodes * NODE;
    }
}
