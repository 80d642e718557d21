package dev.runnel.server.http.exchange;

/**
 * Estimates, before a JSON text is parsed, how much memory its tree will take beside the text. The tree of
 * {@code [],[],…} takes some twenty times the bytes of the text.
 */
final class JsonWeight {
    /**
     * The bytes of a node and of its place in its parent: more than a number takes, and less than a member with its
     * name.
     */
    private static final int NODE = 64;

    private JsonWeight() {}

    /** The memory in bytes. Counts the characters that begin a value, outside of strings. */
    static long of(byte[] json) {
        long nodes = 0;
        boolean text = false;
        for (int i = 0; i < json.length; i++) {
            switch (json[i]) {
                case '"' -> text = !text;
                case '\\' -> i++; // stands in strings only, and the character after it does not end the string
                case '[', '{', ',', ':' -> nodes += text ? 0 : 1;
                default -> {
                }
            }
        }
        return nodes * NODE;
    }
}
