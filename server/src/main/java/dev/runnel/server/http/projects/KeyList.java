package dev.runnel.server.http.projects;

import dev.runnel.server.store.rows.KeyRows;
import java.util.List;

/** The keys that the database has, without the keys themselves. */
record KeyList(List<KeyRows.Key> data) {}
