package dev.runnel.server.config;

/** A mistake in the configuration file. The message, one line, says where it is and what to write. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
