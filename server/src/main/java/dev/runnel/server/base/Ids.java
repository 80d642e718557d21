package dev.runnel.server.base;

import java.security.SecureRandom;

/**
 * Makes new ids in the form of the hosted service: a prefix, then random letters and digits. Clients must not rely on
 * the form. Thread-safe.
 */
public final class Ids {
    private static final char[] ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            .toCharArray();
    private static final int SIX_BITS = 63;

    /** Two of 64 values stand for no letter, so that now and then some bytes more are needed. */
    private static final int SPARE = 8;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** An assistant's id. */
    public static String assistant() {
        return random("asst_", 24);
    }

    /** A thread's id. */
    public static String thread() {
        return random("thread_", 24);
    }

    /** A message's id. */
    public static String message() {
        return random("msg_", 24);
    }

    /** A run's id. */
    public static String run() {
        return random("run_", 24);
    }

    /** A run step's id. */
    public static String step() {
        return random("step_", 24);
    }

    /** The id of what a model has reasoned. */
    public static String thought() {
        return random("rs_", 24);
    }

    /** The id of a function call that no step has. */
    public static String functionCall() {
        return random("fc_", 24);
    }

    /** The id of a function call's output that no step has. */
    public static String functionOutput() {
        return random("fco_", 24);
    }

    /** A vector store's id. */
    public static String vectorStore() {
        return random("vs_", 32);
    }

    /** The id of a batch of files in a vector store. */
    public static String fileBatch() {
        return random("vsfb_", 32);
    }

    /** The name of the list of changes of a database's chunks. */
    public static String changeList() {
        return random("", 24);
    }

    /** A file's id. */
    public static String file() {
        return random("file-", 22);
    }

    /** A tool call's id, for a call that the model server gave none. */
    public static String toolCall() {
        return random("call_", 24);
    }

    /** A chat completion's id. */
    public static String chatCompletion() {
        return random("chatcmpl-", 29);
    }

    /** A new API key, which nobody can guess. */
    public static String key() {
        return random("sk-", 48);
    }

    /** The id of an API key, which is no secret. */
    public static String keyId() {
        return random("key_", 24);
    }

    /** A request's id, by which the log names the request. */
    public static String request() {
        return random("req_", 24);
    }

    /** Draws many random bytes at once: each draw takes a lock and a hash, however few bytes it is for. */
    private static String random(String prefix, int length) {
        StringBuilder id = new StringBuilder(prefix.length() + length).append(prefix);
        byte[] drawn = new byte[length + SPARE];
        while (id.length() < prefix.length() + length) {
            RANDOM.nextBytes(drawn);
            for (int i = 0; i < drawn.length && id.length() < prefix.length() + length; i++) {
                int letter = drawn[i] & SIX_BITS;
                if (letter < ALPHABET.length) { // all letters must be as likely
                    id.append(ALPHABET[letter]);
                }
            }
        }
        return id.toString();
    }
}
