package dev.runnel.server.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.Project;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads lines of JSON into a database, all or nothing: an {@linkplain Exporter export}, or objects as the hosted API returned them, one in
 * each line or a list of them, which are put in the order of their creation. For one thread, and one import.
 */
public final class Importer {
    private final Lines lines;
    private final ImportedObjects objects;
    private final List<Saved> saved = new ArrayList<>();
    private boolean ours;

    private Importer(InputStream in, ImportedObjects objects) {
        this.lines = new Lines(in);
        this.objects = objects;
    }

    /** An object of the hosted API's, and where it was found. */
    private record Saved(ObjectNode json, long line) {
        long createdAt() {
            return json.path("created_at").asLong();
        }
    }

    /**
     * Imports a file into a database that no server has open.
     *
     * @param database {@code sqlite:} and a file's path
     * @param project whose objects are to be that the file does not say of whose they are
     * @throws ImportException if there is something in it that cannot be imported
     * @throws StoreException if the database cannot be opened or written
     */
    public static TransferCounts read(String database, Project project, InputStream in, InstantSource clock) {
        FileStore files = FileStore.beside(database);
        try (Database opened = Database.open(database, true);
                ImportedObjects objects = new ImportedObjects(files, project, clock.instant().getEpochSecond())) {
            Importer importer = new Importer(in, objects);
            TransferCounts counts = opened.write(importer::read);
            objects.keepFiles();
            return counts;
        } catch (StoreException e) {
            throw e.getCause() instanceof ImportException refused ? refused : e;
        }
    }

    private TransferCounts read(Sql sql) throws SQLException {
        for (byte[] line; (line = lines.next()) != null;) {
            if (!new String(line, StandardCharsets.UTF_8).isBlank()) {
                take(sql, tree(line));
            }
        }
        for (Saved object : saved.stream().sorted(Comparator.comparingLong(Saved::createdAt)).toList()) {
            objects.add(sql, object.json(), object.line());
        }
        return objects.finish(sql);
    }

    private void take(Sql sql, JsonNode json) throws SQLException {
        String kind = json.path("object").asText();
        if (kind.equals(Exporter.HEADER) && lines.number() == 1) {
            if (json.path("version").asInt() != Exporter.VERSION) {
                throw new ImportException(1, "it was exported by a later version of Runnel");
            }
            ours = true;
        } else if (kind.equals("list")) {
            for (JsonNode element : oldestFirst(json.path("data"))) {
                take(sql, element);
            }
        } else if (!(json instanceof ObjectNode object)) {
            throw new ImportException(lines.number(), "it is no JSON object");
        } else if (ours) {
            objects.add(sql, object, lines.number());
        } else {
            saved.add(new Saved(object, lines.number()));
        }
    }

    /** Lists came newest first, unless asked otherwise: what was made in the same second keeps its order, too. */
    private static List<JsonNode> oldestFirst(JsonNode list) {
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        boolean newestFirst = !elements.isEmpty()
                && elements.getFirst().path("created_at").asLong() > elements.getLast().path("created_at").asLong();
        return newestFirst ? elements.reversed() : elements;
    }

    private JsonNode tree(byte[] line) {
        try {
            return Json.readTreeStrictly(line);
        } catch (JsonException e) {
            throw new ImportException(lines.number(), "it is not readable as JSON: " + e.getMessage());
        }
    }
}
