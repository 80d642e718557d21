package dev.runnel.server.options;

import org.jspecify.annotations.Nullable;

/**
 * An option, declared once. Immutable, thread-safe.
 *
 * @param <T> the type of its values
 * @param name its name in a file; on the command line two dashes precede it
 * @param letter its short name on the command line; empty for none
 * @param kind its values, their limits, and how they are written
 * @param text what it does, in sentences, for a person
 * @param fallback its default; null for none
 * @param fallbackText the default as a person reads it; empty for none
 * @param variable the environment variable that counts if the command line does not have the option; null for none
 */
public record Option<T>(String name,
        String letter,
        Kind<T> kind,
        String text,
        @Nullable T fallback,
        String fallbackText,
        @Nullable Variable variable) {

    /**
     * An environment variable.
     *
     * @param name its name
     * @param note how its value is written, if that differs from the option's value; may be empty
     * @param blankIsValue whether a blank value is read like any other; otherwise it counts as no value
     */
    public record Variable(String name, String note, boolean blankIsValue) {}

    /** An option without a default. */
    public static <T> Option<T> of(String name, Kind<T> kind, String text) {
        return new Option<>(name, "", kind, text, null, "", null);
    }

    /** An option that is off unless it is given. */
    public static Option<Boolean> flag(String name, String text) {
        return of(name, Kind.flag(), text).orElse(false);
    }

    /** The same option with a default. */
    public Option<T> orElse(T value) {
        return new Option<>(name, letter, kind, text, value, kind.write(value), variable);
    }

    /** The same option without a default, and words for what happens if it is not given. */
    public Option<T> otherwise(String words) {
        return new Option<>(name, letter, kind, text, null, words, variable);
    }

    /** The same option with a short name. */
    public Option<T> letter(String shortName) {
        return new Option<>(name, shortName, kind, text, fallback, fallbackText, variable);
    }

    /** The same option with an environment variable. */
    public Option<T> variable(String named) {
        return variable(named, "");
    }

    /** The same option with an environment variable, and a note on how its value is written. */
    public Option<T> variable(String named, String note) {
        return variable(new Variable(named, note, false));
    }

    /** The same option with an environment variable. */
    public Option<T> variable(Variable other) {
        return new Option<>(name, letter, kind, text, fallback, fallbackText, other);
    }

    /** As it is typed on the command line: {@code --name}. */
    public String typed() {
        return "--" + name;
    }

    /** Where a user should give it: the environment for a secret, or else the command line. */
    String advised() {
        return variable != null && kind.secret() ? variable.name : typed();
    }

    /** The option's part of the help: what it does, its environment variable, its default. */
    public String help() {
        StringBuilder help = new StringBuilder(text);
        if (variable != null) {
            help.append(kind.secret() ? " Better: " : " Or: ").append(variable.name)
                    .append(variable.note.isEmpty() ? "" : ", " + variable.note)
                    .append(kind.secret() ? ", because other users of this machine can read a command's options."
                            : ".");
        }
        if (!fallbackText.isEmpty()) {
            help.append(" Default: ").append(fallbackText).append('.');
        }
        return help.toString();
    }
}
