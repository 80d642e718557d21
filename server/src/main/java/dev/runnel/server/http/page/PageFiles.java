package dev.runnel.server.http.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The files of the page. Each is read from the jar at its first request and then kept in memory, some 250 KB in all.
 * Thread-safe.
 */
final class PageFiles {
    /** The names that files of the page can have. Nothing else on the class path can be requested. */
    private static final Pattern NAME = Pattern.compile("(lib/)?[a-z][a-z-]*\\.(html|js|css|svg|txt)");

    private final Map<String, PageFile> files = new ConcurrentHashMap<>();

    /** The file of this name, if there is one. */
    Optional<PageFile> find(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(files.computeIfAbsent(name, PageFiles::read));
    }

    @SuppressWarnings("NullAway") // null means that there is no such file, and keeps nothing in the map
    private static PageFile read(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            return in == null ? null : PageFile.of(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the page's file " + name + " cannot be read", e);
        }
    }
}
