package dev.runnel.server;

/** The id of the request that a thread answers, so that what is logged because of it can name it. */
public final class RequestId {
    private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

    private RequestId() {}

    /** The id of the request that this thread answers; {@code none} if it answers none. */
    public static String current() {
        return CURRENT.orElse("none");
    }

    /** Answers a request under its id. */
    public static <X extends Throwable> void in(String id, Answering<X> answering) throws X {
        ScopedValue.where(CURRENT, id).call(() -> {
            answering.answer();
            return id;
        });
    }

    /** What answers a request. */
    @FunctionalInterface
    public interface Answering<X extends Throwable> {
        /** Answers it. */
        void answer() throws X;
    }
}
