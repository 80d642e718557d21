package dev.runnel.server.engine.requests;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Changes objects: reads, changes and stores an object in one transaction, so that of two concurrent changes neither is
 * lost.
 */
public final class Changes {
    private Changes() {}

    /** Stores a changed object, given what it was before. */
    @FunctionalInterface
    public interface Keeper<T> {
        void keep(Sql sql, T old, T changed) throws SQLException;
    }

    /** The work of the transaction. It returns the changed object; empty if the object does not exist. */
    public static <T> Sql.Work<Optional<T>> of(
            Sql.Work<Optional<T>> find, UnaryOperator<T> change, Keeper<T> keeper) {
        return sql -> {
            Optional<T> old = find.run(sql);
            Optional<T> changed = old.map(change);
            if (changed.isPresent()) {
                keeper.keep(sql, old.get(), changed.get());
            }
            return changed;
        };
    }
}
