package dev.runnel.protocol.sse;

/** An event of a stream was larger than the parser's limit. The stream cannot be read on. */
public final class SseLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SseLimitException(int maxEventBytes) {
        super("an event of the stream is larger than the limit of " + maxEventBytes + " bytes");
    }
}
