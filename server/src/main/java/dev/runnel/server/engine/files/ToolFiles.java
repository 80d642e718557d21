package dev.runnel.server.engine.files;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.FileRows;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files that {@code tool_resources} give to the code interpreter. */
public final class ToolFiles {
    /** How many files an assistant or a thread may give to the code interpreter. */
    private static final int MOST = 20;

    private static final String TOOL = "code_interpreter";
    private static final String IDS = "file_ids";

    private ToolFiles() {}

    /** The ids of the files that tool resources name. */
    public static List<String> ids(JsonValue resources) {
        return resources.get(TOOL).get(IDS).elements().stream().map(JsonValue::text).toList();
    }

    /** The files among messages' attachments that are for the code interpreter. */
    public static List<String> attached(List<JsonValue> attachments) {
        return attachments.stream()
                .filter(attachment -> attachment.get("tools").elements().stream()
                        .anyMatch(tool -> tool.get("type").text().equals(TOOL)))
                .map(attachment -> attachment.get("file_id").text())
                .distinct()
                .toList();
    }

    /**
     * Tool resources with further files.
     *
     * @throws RejectedException if they are too many
     */
    public static JsonValue with(JsonValue resources, List<String> files) {
        Set<String> all = new LinkedHashSet<>(ids(resources));
        if (!all.addAll(files)) {
            return resources;
        }
        if (all.size() > MOST) {
            throw RejectedException.state("A thread can give the code interpreter " + MOST
                    + " files at most, and with these attachments it would give it " + all.size() + ".");
        }
        return resources.with(Map.of(TOOL, Map.of(IDS, List.copyOf(all))));
    }

    /** Tool resources with the files of others in front. A run has those of the assistant and of its request. */
    public static JsonValue all(JsonValue resources, JsonValue others) {
        Set<String> all = new LinkedHashSet<>(ids(others));
        all.addAll(ids(resources));
        return all.isEmpty() ? resources : resources.with(Map.of(TOOL, Map.of(IDS, List.copyOf(all))));
    }

    /**
     * Checks the files that new tool resources of an object name, unless they are those of before.
     *
     * @throws RejectedException if one does not exist
     */
    public static void changed(Sql sql, Project project, JsonValue old, JsonValue changed) throws SQLException {
        if (!ids(old).equals(ids(changed))) {
            require(sql, project, changed);
        }
    }

    /**
     * Checks that the files exist that tool resources name.
     *
     * @throws RejectedException if one does not
     */
    public static void require(Sql sql, Project project, JsonValue resources) throws SQLException {
        for (String id : ids(resources)) {
            if (FileRows.find(sql, project.name(), id).isEmpty()) {
                throw RejectedException.noFile(id, "tool_resources.code_interpreter.file_ids");
            }
        }
    }
}
