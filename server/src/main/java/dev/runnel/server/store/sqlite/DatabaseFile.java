package dev.runnel.server.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file that a database URL names: {@code sqlite:FILE}, perhaps with settings of SQLite's driver behind a question mark. Symbolic
 * links are followed, so that a file has one path, whatever it was called.
 *
 * @param path where the file is, or will be
 * @param parameters from the question mark on; empty if there are none
 */
public record DatabaseFile(Path path, String parameters) {
    private static final String SQLITE = "sqlite:";

    /** More symbolic links in a row than this are a circle. */
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

    /** A path without symbolic links; as it is if its folder is not there, which opening it will say. */
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

    /** As the driver wants it. */
    String jdbcUrl() {
        return "jdbc:sqlite:" + path + parameters;
    }

    /** A path beside it, with a longer name. */
    public Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }
}
