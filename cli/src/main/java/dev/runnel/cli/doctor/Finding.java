package dev.runnel.cli.doctor;

import dev.runnel.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * The finding of one check of {@code runnel doctor}.
 *
 * @param check its name, in one word
 * @param seen the observation
 * @param advice the next step for the person; null if none
 */
record Finding(String check, Verdict verdict, String seen, @Nullable String advice) {

    /** The verdict. */
    enum Verdict {
        /** As it should be. */
        FINE("✓", Terminal.Style.GREEN),
        /** Something to be done. */
        WRONG("✗", Terminal.Style.RED),
        /** Nothing to judge: not there, not needed, or not reached. */
        NONE("–", Terminal.Style.DIM);

        final String mark;
        final Terminal.Style style;

        Verdict(String mark, Terminal.Style style) {
            this.mark = mark;
            this.style = style;
        }
    }

    static Finding fine(String check, String seen) {
        return new Finding(check, Verdict.FINE, seen, null);
    }

    static Finding wrong(String check, String seen, String advice) {
        return new Finding(check, Verdict.WRONG, seen, advice);
    }

    static Finding none(String check, String seen) {
        return new Finding(check, Verdict.NONE, seen, null);
    }

    static Finding none(String check, String seen, String advice) {
        return new Finding(check, Verdict.NONE, seen, advice);
    }
}
