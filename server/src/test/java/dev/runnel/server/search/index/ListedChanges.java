package dev.runnel.server.search.index;

import dev.runnel.server.search.AttributeValue;
import dev.runnel.server.search.ChunkChange;
import dev.runnel.server.search.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A list of changes in memory, which can refuse to be read. */
final class ListedChanges implements ChunkSource {
    private final List<ChunkChange> changes = new ArrayList<>();
    private String identity = "one";
    private long forgotten;
    private boolean broken;
    private long told;

    synchronized long put(String store, String file, int number, String text, float[]... vectors) {
        return put(store, file, number, Map.of(), text, vectors);
    }

    synchronized long put(
            String store, String file, int number, Map<String, AttributeValue> attributes, String text,
            float[]... vectors) {
        long change = newest() + 1;
        changes.add(new ChunkChange.Put(change, store, file, number, attributes, "", text, List.of(vectors)));
        return change;
    }

    synchronized long putAbout(String about, String store, String file, String text) {
        long change = newest() + 1;
        changes.add(new ChunkChange.Put(change, store, file, 0, Map.of(), about, text, List.of()));
        return change;
    }

    synchronized long removeFile(String store, String file) {
        changes.add(new ChunkChange.RemoveFile(newest() + 1, store, file));
        return newest();
    }

    synchronized long removeStore(String store) {
        changes.add(new ChunkChange.RemoveStore(newest() + 1, store));
        return newest();
    }

    synchronized long newest() {
        return changes.isEmpty() ? 0 : changes.getLast().change();
    }

    /** As another database has it, or an older copy of this one. */
    synchronized void become(String other, int kept) {
        identity = other;
        changes.subList(kept, changes.size()).clear();
    }

    /** Removes a file so that no trace of it is left. */
    synchronized void forgetFile(String file) {
        forgotten = newest() + 1;
        changes.removeIf(change -> change instanceof ChunkChange.Put put && put.file().equals(file));
    }

    synchronized void setBroken(boolean is) {
        broken = is;
    }

    /** How many changes were told until now. */
    synchronized long told() {
        return told;
    }

    @Override
    public synchronized State state() {
        if (broken) {
            throw new IllegalStateException("no database");
        }
        return new State(identity, forgotten, Math.max(forgotten, newest()));
    }

    @Override
    public synchronized List<ChunkChange> after(long change, int limit) {
        List<ChunkChange> found = changes.stream().filter(one -> one.change() > change).limit(limit).toList();
        told += found.size();
        return found;
    }
}
