package dev.runnel.server.backend;

import dev.runnel.server.log.HiddenEntriesContract;
import dev.runnel.server.log.LeaseContract;
import dev.runnel.server.log.RunLogContract;
import dev.runnel.server.store.DatabaseContract;
import dev.runnel.server.store.FileStoreContract;
import dev.runnel.server.store.rows.DueStoreContract;
import dev.runnel.server.store.rows.HandedCallsContract;
import dev.runnel.server.store.rows.RowsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** SQLite, with a folder for files, keeps to all contracts. */
class SqliteBackendTest {
    private static Backend sqlite(Path folder) {
        return Backends.of("sqlite:" + folder.resolve("runnel.db"));
    }

    @Nested
    class Rows extends RowsContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class Due extends DueStoreContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class Handed extends HandedCallsContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class Writer extends DatabaseContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class Contents extends FileStoreContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class Logs extends RunLogContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class HiddenEntries extends HiddenEntriesContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }

    @Nested
    class RunLeases extends LeaseContract {
        @Override
        protected Backend backend(Path in) {
            return sqlite(in);
        }
    }
}
