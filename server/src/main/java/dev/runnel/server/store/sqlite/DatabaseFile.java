package dev.runnel.server.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file that a database URL names: {@code sqlite:FILE}, optionally with settings of SQLite's driver after a question
 * mark. Symbolic links are followed, so that all of them give the same path.
 *
 * @param path where the file is, or will be
 * @param parameters from the question mark on; empty if there are none
 */
public record DatabaseFile(Path path, String parameters) {
    private static final String SQLITE = "sqlite:";

    /** A longer chain of symbolic links is taken to be a circle. */
    private static final int MAX_LINKS = 40;

    /** The file that a URL names; empty if it names another kind of database. */
    public static Optional<DatabaseFile> of(String url) {
        int mark = url.indexOf('?');
        int end = mark < 0 ? url.length() : mark;
        if (!url.startsWith(SQLITE) || end == SQLITE.length()) {
            return Optional.empty();
        }
        return Optional.of(new DatabaseFile(
                followed(Path.of(url.substring(SQLITE.length(), end)).toAbsolutePath(), MAX_LINKS),
                url.substring(end)));
    }

    /**
     * A path with its symbolic links followed. Unchanged if its folder does not exist: opening the file will report
     * that.
     */
    private static Path followed(Path path, int links) {
        try {
            Path folder = path.getParent();
            if (Files.isSymbolicLink(path) && folder != null && links > 0) {
                return followed(folder.resolve(Files.readSymbolicLink(path)), links - 1);
            }
            return folder == null ? path : folder.toRealPath().resolve(path.getFileName());
        } catch (IOException e) {
            return path;
        }
    }

    /** The URL for SQLite's driver. */
    String jdbcUrl() {
        return "jdbc:sqlite:" + path + parameters;
    }

    /** The path of a file beside this one: this file's name with a suffix. */
    public Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }
}
