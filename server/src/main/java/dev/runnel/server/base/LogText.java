package dev.runnel.server.base;

import java.util.regex.Pattern;

/** Makes text from outside, such as model servers and clients send, safe to log. */
public final class LogText {
    private static final int MAX = 1_000;
    private static final Pattern BREAKS = Pattern.compile("[\\s\\p{Cntrl}]+");

    /** All before the last {@code @}, but for the scheme: a password may have any characters. */
    private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*:/*)?.*@", Pattern.DOTALL);

    private static final Pattern PARAMETERS = Pattern.compile("\\?.*", Pattern.DOTALL);

    private LogText() {}

    /**
     * The text on one line, without control characters and cut after 1,000 characters. So no text from outside can
     * forge lines of the log.
     */
    public static String oneLine(String text) {
        String start = text.length() > MAX ? text.substring(0, MAX) + "…" : text;
        return BREAKS.matcher(start).replaceAll(" ");
    }

    /** A URL without user, password and parameters: messages end up in logs, and others may read them. */
    public static String withoutSecrets(String url) {
        return PARAMETERS.matcher(USER.matcher(url).replaceFirst("$1***@")).replaceFirst("?***");
    }

    /** Names a model, and the model that answers for it if that is another one, on one line. */
    public static String model(String asked, String answering) {
        return oneLine("model " + asked + (answering.equals(asked) ? "" : ", answered by " + answering));
    }
}
