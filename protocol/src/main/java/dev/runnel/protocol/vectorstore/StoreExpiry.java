package dev.runnel.protocol.vectorstore;

/**
 * After what time a vector store expires.
 *
 * @param anchor from when on the time counts; always {@code last_active_at}
 * @param days from 1 to 365
 */
public record StoreExpiry(String anchor, long days) {
    /** The only anchor that the protocol has. */
    public static final String LAST_ACTIVE_AT = "last_active_at";

    /** So many days after the store was last used, from 1 to 365. */
    public static StoreExpiry days(long days) {
        return new StoreExpiry(LAST_ACTIVE_AT, days);
    }
}
