package dev.runnel.client.transport;

import java.io.IOException;
import java.util.List;

/** How a response's body is framed on the connection: by the first matching rule of RFC 9112, section 6.3. */
abstract sealed class BodyDecoder {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** The decoder for the response to a request of this method. */
    static BodyDecoder of(String method, ResponseHead head) throws IOException {
        if (method.equals("HEAD") || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED) {
            return new Counted(0);
        }
        // Some servers name a coding that changes nothing, and some proxies name theirs a second time.
        List<String> codings = head.elements("transfer-encoding").stream()
                .filter(coding -> !coding.equals("identity")).distinct().toList();
        if (codings.equals(List.of("chunked"))) {
            return new Chunked();
        }
        if (!codings.isEmpty()) {
            throw new IOException("the server sends a transfer coding that the client did not ask for: " + codings);
        }
        List<String> lengths = head.elements("content-length").stream().distinct().toList();
        return lengths.isEmpty() ? new UntilClosed() : new Counted(length(lengths));
    }

    private static long length(List<String> lengths) throws IOException {
        try {
            long length = Long.parseLong(lengths.get(0));
            if (lengths.size() == 1 && length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IOException("the server sends an invalid Content-Length: " + lengths);
    }

    /** Takes received bytes of the body, as many as there are and as the target holds. Returns how many. */
    abstract int decode(Connection connection, byte[] target) throws IOException;

    /** Whether the body has ended. */
    abstract boolean atEnd();

    /**
     * Notes that the connection has ended.
     *
     * @throws IOException if the body has not ended
     */
    void connectionEnded() throws IOException {
        throw new IOException("the server closed the connection in the middle of the response");
    }

    /** A body with a length. */
    private static final class Counted extends BodyDecoder {
        private long left;

        Counted(long length) {
            left = length;
        }

        @Override
        int decode(Connection connection, byte[] target) {
            int n = connection.take(target, 0, Math.min(left, target.length));
            left -= n;
            return n;
        }

        @Override
        boolean atEnd() {
            return left == 0;
        }
    }

    /** A body that ends with the connection. */
    private static final class UntilClosed extends BodyDecoder {
        private boolean ended;

        @Override
        int decode(Connection connection, byte[] target) {
            return connection.take(target, 0, target.length);
        }

        @Override
        boolean atEnd() {
            return ended;
        }

        @Override
        void connectionEnded() {
            ended = true;
        }
    }

    /** A body in chunks, with its extensions and trailers skipped (RFC 9112, section 7.1). A lone line feed ends a line too. */
    private static final class Chunked extends BodyDecoder {
        private static final int MAX_SIZE_DIGITS = 15;

        /** The most bytes that are neither data nor a size, from one chunk's data to the next. */
        private static final int MAX_SKIPPED_BYTES = 64 * 1024;

        private Part part = Part.SIZE;
        private long left;
        private int digits;
        private int skipped;
        private boolean lineEmpty = true;

        private enum Part {
            SIZE, EXTENSION, DATA, DATA_END, TRAILERS, END
        }

        @Override
        int decode(Connection connection, byte[] target) throws IOException {
            int n = 0;
            while (part != Part.END && connection.hasReceived()) {
                if (part != Part.DATA) {
                    take(connection.takeByte());
                } else if (n < target.length) {
                    int taken = connection.take(target, n, Math.min(left, target.length - n));
                    n += taken;
                    left -= taken;
                    part = left == 0 ? Part.DATA_END : Part.DATA;
                } else {
                    break;
                }
            }
            return n;
        }

        @Override
        boolean atEnd() {
            return part == Part.END;
        }

        private void take(byte b) throws IOException {
            if (++skipped > MAX_SKIPPED_BYTES) {
                throw new IOException("the server sends more than 64 KiB between two chunks");
            }
            boolean lineEnds = b == '\n';
            switch (part) {
                case SIZE -> {
                    if (lineEnds) {
                        sizeEnds();
                    } else {
                        takeOfSize(b);
                    }
                }
                case EXTENSION -> {
                    if (lineEnds) {
                        sizeEnds();
                    }
                }
                case DATA_END -> {
                    if (lineEnds) {
                        part = Part.SIZE;
                        digits = 0;
                        skipped = 0;
                    } else if (b != '\r') {
                        throw new IOException("the server sends a chunk that is longer than it says");
                    }
                }
                case TRAILERS -> {
                    if (lineEnds && lineEmpty) {
                        part = Part.END;
                    }
                    lineEmpty = lineEnds || (lineEmpty && b == '\r');
                }
                case DATA, END -> throw new IllegalStateException(part.name());
            }
        }

        private void takeOfSize(byte b) throws IOException {
            int digit = Character.digit(b, 16);
            if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
                left = left * 16 + digit;
                digits++;
            } else if (digits > 0 && (b == ';' || b == ' ' || b == '\t' || b == '\r')) {
                part = Part.EXTENSION;
            } else {
                throw new IOException("the server sends a chunk size that is not a number");
            }
        }

        private void sizeEnds() throws IOException {
            if (digits == 0) {
                throw new IOException("the server sends a chunk without a size");
            }
            part = left == 0 ? Part.TRAILERS : Part.DATA;
        }
    }
}
