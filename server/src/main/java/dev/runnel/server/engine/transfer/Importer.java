package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.base.Project;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Imports JSON into a database, all or nothing. The JSON is an {@linkplain Exporter export}, or objects as the hosted
 * API returned them: one after another, in arrays or in lists. Such objects are stored in the order of their creation.
 * For one thread, and one import.
 */
public final class Importer {
    /** The version of exports without an end line. */
    private static final int WITHOUT_END = 1;

    /** The first version of exports that say where tool steps stand in their threads. */
    private static final int WITH_EXTRAS = 3;

    private final SavedJson values;
    private final ImportedObjects objects;
    private final boolean partial;
    private final List<Saved> saved = new ArrayList<>();

    /** The export's version; 0 if the input is not an export. */
    private int version;

    private long read;
    private boolean ended;
    private boolean whole = true;

    private Importer(InputStream in, ImportedObjects objects, boolean partial) {
        this.values = new SavedJson(in, partial);
        this.objects = objects;
        this.partial = partial;
    }

    /**
     * The result of an import.
     *
     * @param whole whether the whole export was imported; objects of the hosted API are complete unless the input was
     *     cut off
     */
    public record Imported(TransferCounts counts, boolean whole) {}

    /** An object of the hosted API, and its line in the input. */
    private record Saved(ObjectNode json, long line) {
        long createdAt() {
            return json.path("created_at").asLong();
        }
    }

    /**
     * Imports a file into a database that no server has open. If the import fails, a database that it created is
     * removed.
     *
     * @param database {@code sqlite:} and a file's path
     * @param project the project for objects whose project the file does not name
     * @param partial whether to import an incomplete export as far as it goes
     * @throws ImportException if the file has something that cannot be imported
     * @throws UncheckedIOException if the file cannot be read
     * @throws StoreException if the database cannot be opened or written
     */
    public static Imported read(
            String database, Project project, boolean partial, InputStream in, InstantSource clock) {
        Backend backend = Backends.of(database);
        boolean isNew = !backend.exists();
        try (Storage opened = backend.openToImport()) {
            try (ImportedObjects objects = new ImportedObjects(
                    opened.files(), project, clock.instant().getEpochSecond())) {
                Importer importer = new Importer(in, objects, partial);
                Imported imported = opened.database().write(importer::read);
                objects.keepFiles();
                return imported;
            } catch (RuntimeException e) {
                if (isNew) {
                    opened.discard();
                }
                throw e;
            }
        } catch (StoreException e) {
            throw switch (e.getCause()) {
                case ImportException refused -> refused;
                case UncheckedIOException unread -> unread;
                case null, default -> e;
            };
        }
    }

    private Imported read(Sql sql) throws SQLException {
        for (SavedJson.Value value; (value = values.next()) != null;) {
            take(sql, value);
            read++;
        }
        if (version >= 1 && !ended) {
            notWhole(version > WITHOUT_END, "the export is incomplete: the line with the counts is missing at its end");
        }
        if (version == 0 && saved.isEmpty()) {
            throw new ImportException(1, "the file has no object");
        }
        for (Saved object : saved.stream().sorted(Comparator.comparingLong(Saved::createdAt)).toList()) {
            objects.add(sql, object.json(), object.line());
        }
        return new Imported(objects.finish(sql, partial, values.cutOff()), whole && !values.cutOff());
    }

    private void notWhole(boolean sure, String why) {
        if (sure && !partial) {
            throw new ImportException(read + 1,
                    why + ". Export again, or import the objects that are there with --partial");
        }
        whole = false;
    }

    private void take(Sql sql, SavedJson.Value value) throws SQLException {
        JsonNode json = value.json();
        String kind = json.path("object").asText();
        if (ended) {
            throw new ImportException(value.line(), "there is more text after the end of the export");
        }
        if (kind.equals(Exporter.HEADER) && read == 0) {
            begin(json.path("version").asInt(), value.line());
        } else if (kind.equals(Exporter.END) && version > WITHOUT_END) {
            end(json);
        } else if (kind.equals("list")) {
            for (Saved element : oldestFirst(json.path("data"), value)) {
                take(sql, element);
            }
        } else {
            take(sql, object(json, value.line()));
        }
    }

    private void take(Sql sql, Saved object) throws SQLException {
        if (version >= 1) {
            objects.add(sql, object.json(), object.line());
        } else {
            saved.add(object);
        }
    }

    private void begin(int exported, long line) {
        if (exported < 1 || exported > Exporter.VERSION) {
            throw new ImportException(
                    line, "it was exported by a later version of Runnel: import it with that version or a newer one");
        }
        version = exported;
        if (version >= WITH_EXTRAS) {
            objects.placesFollow();
        }
    }

    private void end(JsonNode end) {
        ended = true;
        ObjectNode counts = objects.counts().toJson();
        if (end.path("lines").asLong() != read || !counts.equals(Json.readTree(Json.write(end.path("counts"))))) {
            notWhole(true, "the export is incomplete: expected " + end.path("lines").asLong() + " lines with "
                    + end.path("counts") + ", but got " + read + " with " + counts);
        }
    }

    private static Saved object(JsonNode json, long line) {
        if (json instanceof ObjectNode object) {
            return new Saved(object, line);
        }
        throw new ImportException(line, "expected a JSON object");
    }

    /**
     * A list's objects, oldest first. Lists come newest first by default. Reversing them keeps the order of objects of
     * the same second.
     */
    private static List<Saved> oldestFirst(JsonNode list, SavedJson.Value page) {
        List<Saved> elements = new ArrayList<>();
        for (JsonNode element : list) {
            boolean known = page.elements().size() == list.size();
            elements.add(object(element, known ? page.elements().get(elements.size()) : page.line()));
        }
        boolean newestFirst = !elements.isEmpty()
                && elements.getFirst().createdAt() > elements.getLast().createdAt();
        return newestFirst ? elements.reversed() : elements;
    }
}
