package dev.runnel.server.base;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files that a tool has made for the user.
 *
 * @param images the ids of images, which the next message shows
 * @param links ids of files by the text with which the model's text links to them
 */
public record HandedFiles(List<String> images, Map<String, String> links) {
    public static final HandedFiles NONE = new HandedFiles(List.of(), Map.of());

    /** Keeps unchangeable copies. */
    public HandedFiles {
        images = List.copyOf(images);
        links = Map.copyOf(links);
    }

    /** The files, or none. */
    public static HandedFiles orNone(@Nullable HandedFiles files) {
        return files == null ? NONE : files;
    }

    /** These files and later ones. Of two files of one link the later one counts. */
    public HandedFiles and(HandedFiles later) {
        List<String> bothImages = new ArrayList<>(images);
        bothImages.addAll(later.images);
        Map<String, String> bothLinks = new LinkedHashMap<>(links);
        bothLinks.putAll(later.links);
        return new HandedFiles(bothImages, bothLinks);
    }

    /** The same files without those that one message shows. */
    public HandedFiles shown() {
        return new HandedFiles(List.of(), links);
    }
}
