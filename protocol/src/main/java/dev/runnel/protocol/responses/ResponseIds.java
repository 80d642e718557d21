package dev.runnel.protocol.responses;

/**
 * The rule of ids: a conversation is a thread, and a response is a run. Each pair has the same id behind its prefix:
 * {@code conv_X} is {@code thread_X}, and {@code resp_X} is {@code run_X}. The code interpreter has one container for each
 * thread, {@code cntr_X}.
 */
public final class ResponseIds {
    private static final String CONVERSATION = "conv_";
    private static final String THREAD = "thread_";
    private static final String CONTAINER = "cntr_";
    private static final String RESPONSE = "resp_";
    private static final String RUN = "run_";

    private ResponseIds() {}

    /** The thread of a conversation's id, or of a thread's own. Other ids are returned as they are. */
    public static String thread(String id) {
        return swap(id, CONVERSATION, THREAD);
    }

    /** The conversation of a thread's id, or of a conversation's own. */
    public static String conversation(String id) {
        return swap(id, THREAD, CONVERSATION);
    }

    /** The container of a thread's code. */
    public static String container(String threadId) {
        return swap(threadId, THREAD, CONTAINER);
    }

    /** The run of a response's id, or of a run's own. */
    public static String run(String id) {
        return swap(id, RESPONSE, RUN);
    }

    /** The response of a run's id, or of a response's own. */
    public static String response(String id) {
        return swap(id, RUN, RESPONSE);
    }

    private static String swap(String id, String from, String to) {
        return id.startsWith(from) ? to + id.substring(from.length()) : id;
    }
}
