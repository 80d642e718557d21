package dev.runnel.cli.doctor;

import org.jspecify.annotations.Nullable;

/** Checks whether there is a key, where it comes from, and whether it can be a key. */
final class KeyCheck {
    private KeyCheck() {}

    static Finding of(Subject subject, @Nullable String openAiKey) {
        String key = subject.key();
        if (key == null) {
            boolean another = openAiKey != null && subject.kind() == Subject.Kind.MODELS;
            return Finding.none("key", "none is set" + (subject.keyFrom().isEmpty() ? "" : " in " + subject.keyFrom())
                    + (another ? "; OPENAI_API_KEY is only sent to the server of OPENAI_BASE_URL" : ""));
        }
        String seen = subject.keyFrom() + " has one, " + Report.ending(key);
        String mistake = mistake(key);
        return mistake == null
                ? Finding.fine("key", seen)
                : Finding.wrong("key", seen + ", which " + mistake, "set " + subject.keyFrom() + " to the key alone");
    }

    private static @Nullable String mistake(String key) {
        if (key.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return "begins with the word Bearer, as headers do";
        }
        if (key.startsWith("\"") || key.startsWith("'")) {
            return "has quotes around it";
        }
        if (key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            return "has white space or other characters that a key cannot have";
        }
        return null;
    }
}
