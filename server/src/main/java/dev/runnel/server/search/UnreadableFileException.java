package dev.runnel.server.search;

/** A file cannot be made searchable. The message is one sentence for the person who uploaded the file, without its name. */
public final class UnreadableFileException extends Exception {
    /** The kind of fault, as in the protocol's {@code last_error} of a vector store's file. */
    public enum Code {
        /** This type of file is not read, or there is no text in the file. */
        UNSUPPORTED_FILE,
        /** The file is broken, encrypted, too large, or not what its name says. */
        INVALID_FILE,
        /** The parser failed or was stopped: the file may be fine. */
        SERVER_ERROR;

        /** The code on the wire, such as {@code invalid_file}. */
        public String wire() {
            return switch (this) {
                case UNSUPPORTED_FILE -> "unsupported_file";
                case INVALID_FILE -> "invalid_file";
                case SERVER_ERROR -> "server_error";
            };
        }
    }

    private final Code code;

    /** An exception with a code, and a sentence that ends with a full stop. */
    public UnreadableFileException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** The protocol's code. */
    public Code code() {
        return code;
    }
}
