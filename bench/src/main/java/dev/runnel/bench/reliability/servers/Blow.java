package dev.runnel.bench.reliability.servers;

import java.util.Locale;

/** A blow that strikes one of several nodes. */
public enum Blow {
    /** It is killed as {@code kill -9} does it, and started again at once. */
    KILL,
    /** It is stopped by {@code SIGSTOP} for longer than its lease, and wakes. */
    PAUSE,
    /** For longer than its lease nothing comes through between it and the database. */
    SILENCE,
    /** Its connections to the database are closed, and for two seconds there are no others. */
    CUT,
    /** The database is restarted by a command. */
    DATABASE;

    static Blow of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
