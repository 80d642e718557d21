package dev.runnel.cli.doctor;

import dev.runnel.cli.terminal.StandardStreams;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.cli.terminal.Window;
import dev.runnel.cli.text.Clean;
import dev.runnel.cli.text.Wrap;
import dev.runnel.protocol.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prints findings one by one, for a person or a program, never with a key in them. Not thread-safe. */
final class Report {
    private static final int NAMES = 11;
    private static final int SHORTEST_TOLD = 12;
    private static final int TOLD = 4;
    private static final int RECOGNIZED = 6;

    /** Characters that people put around a key; the key itself must not be shown. */
    private static final Pattern MISTAKEN = Pattern.compile("(?i)^bearer\\s+|[\"']");

    private final boolean json;
    private final @Nullable String key;
    private @Nullable Finding first;
    private int fine;

    Report(boolean json, @Nullable String key) {
        this.json = json;
        this.key = key == null ? null : MISTAKEN.matcher(key).replaceAll("");
    }

    void add(Finding finding) {
        if (finding.verdict() == Finding.Verdict.WRONG && first == null) {
            first = finding;
        } else if (finding.verdict() == Finding.Verdict.FINE) {
            fine++;
        }
        String seen = Clean.line(withoutKey(finding.seen()));
        String advice = finding.advice() == null ? null : Clean.line(withoutKey(finding.advice()));
        if (json) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("check", finding.check());
            line.put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
            line.put("seen", seen);
            line.put("advice", advice);
            Terminal.print(JsonValue.of(line) + "\n");
            return;
        }
        Terminal.write(Terminal.styled(finding.verdict().style, finding.verdict().mark) + " "
                + Terminal.styled(Terminal.Style.BOLD, finding.check()) + " ".repeat(NAMES - finding.check().length())
                + wrapped(seen, "") + "\n");
        if (advice != null) {
            Terminal.write(" ".repeat(NAMES + 2) + "→ " + wrapped(advice, "  ") + "\n");
        }
    }

    /** On a terminal, in rows that stand below each other. */
    private static String wrapped(String text, String further) {
        String indent = " ".repeat(NAMES + 2) + further;
        return StandardStreams.isTerminal(1)
                ? String.join("\n" + indent, Wrap.lines(text, Window.columns() - indent.length()))
                : text;
    }

    /** Ends the report for a person with a line that sums it up. */
    void sumUp() {
        if (json) {
            return;
        }
        String sum = first == null
                ? "Nothing is wrong: " + fine + " checks passed."
                : "Something is wrong: " + first.check() + ". " + sentence(String.valueOf(first.advice()));
        String line = Clean.line(withoutKey(sum));
        String lines = StandardStreams.isTerminal(1) ? String.join("\n", Wrap.lines(line, Window.columns())) : line;
        Terminal.write("\n" + Terminal.styled(first == null ? Terminal.Style.GREEN : Terminal.Style.RED, lines) + "\n");
    }

    private static String sentence(String advice) {
        return Character.toUpperCase(advice.charAt(0)) + advice.substring(1) + (advice.endsWith(".") ? "" : ".");
    }

    /** Whether there was a wrong finding. */
    boolean wrong() {
        return first != null;
    }

    /**
     * The time of a check, to be appended to its finding.
     *
     * @param start when it began, by {@link System#nanoTime}
     */
    static String since(long start) {
        return " (" + Math.max(1, Math.round((System.nanoTime() - start) / 1e6)) + " ms)";
    }

    /** A server may quote the refused key, or its beginning. */
    private String withoutKey(String text) {
        if (key == null || key.length() < RECOGNIZED) {
            return text;
        }
        String shown = text.replace(key, ending(key));
        return shown.replaceAll(Pattern.quote(key.substring(0, RECOGNIZED)) + "[^\\s\"',;]*", "(the key)");
    }

    /** The part of a key that may be shown. */
    static String ending(String key) {
        return key.length() < SHORTEST_TOLD
                ? "(of " + key.length() + " characters)"
                : "…" + key.substring(key.length() - TOLD);
    }
}
