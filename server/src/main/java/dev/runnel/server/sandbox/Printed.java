package dev.runnel.server.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The output of one call, up to the call's mark. Of a long output the beginning and the end are kept. Thread-safe.
 */
final class Printed {
    private final byte[] mark;
    private final byte[] head;
    private final byte[] tail;
    private long count;

    /** How many bytes of the mark have been seen, and are not counted yet. */
    private int matched;
    private boolean ended;

    /**
     * Nothing printed yet.
     *
     * @param mark ends the text; its first byte is nowhere else in it
     */
    Printed(String mark, int limit) {
        this.mark = mark.getBytes(StandardCharsets.UTF_8);
        this.head = new byte[limit / 2];
        this.tail = new byte[limit - limit / 2];
    }

    /** Takes bytes. Returns how many there are by now. */
    synchronized long add(byte[] bytes, int length) {
        for (int i = 0; i < length && !ended; i++) {
            if (bytes[i] == mark[matched]) {
                ended = ++matched == mark.length;
            } else {
                release();
                if (bytes[i] == mark[0]) {
                    matched = 1;
                } else {
                    keep(bytes[i]);
                }
            }
        }
        if (ended) {
            notifyAll();
        }
        return count;
    }

    /** Nothing more follows. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits for the mark, for a while. */
    synchronized void awaitEnd(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        for (long left; !ended && (left = until - System.nanoTime()) > 0;) {
            wait(left / 1_000_000 + 1);
        }
    }

    private void release() {
        for (int i = 0; i < matched; i++) {
            keep(mark[i]);
        }
        matched = 0;
    }

    private void keep(byte b) {
        if (count < head.length) {
            head[(int) count] = b;
        } else {
            tail[(int) ((count - head.length) % tail.length)] = b;
        }
        count++;
    }

    /** The text so far. Bytes that are no UTF-8 are replaced. */
    synchronized String text() {
        String beginning = text(head, 0, (int) Math.min(count, head.length));
        long behind = Math.max(0, count - head.length);
        if (behind <= tail.length) {
            byte[] whole = new byte[(int) count];
            System.arraycopy(head, 0, whole, 0, (int) Math.min(count, head.length));
            System.arraycopy(tail, 0, whole, whole.length - (int) behind, (int) behind);
            return text(whole, 0, whole.length);
        }
        int first = (int) (behind % tail.length);
        byte[] end = new byte[tail.length];
        System.arraycopy(tail, first, end, 0, tail.length - first);
        System.arraycopy(tail, 0, end, tail.length - first, first);
        return beginning + "\n[… " + (behind - tail.length) + " bytes left out …]\n" + text(end, 0, end.length);
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8).replace("\0", "\\0");
    }
}
