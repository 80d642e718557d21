package dev.runnel.bench.reliability.servers;

import dev.runnel.bench.Arguments;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The make-up of a group of servers on one database.
 *
 * @param nodes how many there are
 * @param database its URL: {@code postgresql://user:password@127.0.0.1:port/name}
 * @param blow what is done to a random node
 * @param lease how long a lease lasts
 * @param restart the command that restarts the database
 */
public record Several(int nodes, String database, Blow blow, Duration lease, String restart) {

    /** As {@code --nodes}, {@code --database}, {@code --blow}, {@code --lease-s} and {@code --restart} say; null for one server. */
    public static @Nullable Several parse(Arguments arguments) {
        int nodes = arguments.integer("nodes", 1);
        if (nodes == 1) {
            return null;
        }
        String database = arguments.text("database");
        if (database == null) {
            throw new IllegalArgumentException(
                    "--nodes needs --database postgresql://user:password@127.0.0.1:port/name");
        }
        return new Several(
                nodes, database, Blow.of(arguments.text("blow", "kill")),
                Duration.ofSeconds(arguments.integer("lease-s", 15)), arguments.text("restart", "false"));
    }

    /** The arguments, without the database's. */
    @Override
    public String toString() {
        return "--nodes %d --blow %s --lease-s %d".formatted(
                nodes, blow.name().toLowerCase(Locale.ROOT), lease.toSeconds());
    }
}
