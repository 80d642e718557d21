package dev.runnel.server.engine.requests;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Objects that are changed: read, changed and kept in one transaction, so that of two changes at once none is lost. */
public final class Changes {
    private Changes() {}

    /** Keeps a changed object. */
    @FunctionalInterface
    public interface Keeper<T> {
        void keep(Sql sql, T changed) throws SQLException;
    }

    /** What the transaction does; it answers the object as it is then, or nothing if there is none. */
    public static <T> Database.Work<Optional<T>> of(
            Database.Work<Optional<T>> find, UnaryOperator<T> change, Keeper<T> keeper) {
        return sql -> {
            Optional<T> changed = find.run(sql).map(change);
            if (changed.isPresent()) {
                keeper.keep(sql, changed.get());
            }
            return changed;
        };
    }
}
