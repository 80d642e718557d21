package dev.runnel.server.backend;

import dev.runnel.server.base.LogText;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The kinds of databases that are known. Static and without state. */
public final class Backends {
    /** For each kind, a function that returns the backend a URL names, or empty if the URL is of another kind. */
    private static final List<Function<String, Optional<Backend>>> KINDS = List.of(SqliteBackend::of,
            PostgresBackend::of);

    private Backends() {}

    /**
     * The backend that a URL names. The database need not exist yet.
     *
     * @param url {@code sqlite:} and a file's path, or {@code postgresql://user:password@host:port/name}
     * @throws IllegalArgumentException if it is not the URL of a known kind of database
     */
    public static Backend of(String url) {
        return KINDS.stream()
                .flatMap(kind -> kind.apply(url).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the database must be given as sqlite:FILE, as in sqlite:runnel.db, or as"
                                + " postgresql://user:password@host:port/name, not '"
                                + LogText.withoutSecrets(url.replaceFirst("://.*", "://…"))
                                + "'"));
    }
}
