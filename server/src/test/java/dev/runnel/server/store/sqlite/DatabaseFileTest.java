package dev.runnel.server.store.sqlite;

import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which file a database is, under whatever name, and which files are refused. */
class DatabaseFileTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("runnel.db");
    }

    private static Database open(Path file) {
        return SqliteConnections.open(DatabaseFile.of("sqlite:" + file).orElseThrow(), false, SystemTimers.get());
    }

    private static void keepFile(String database, String id) {
        try (FileStore.Draft draft = Backends.of(database).files().draft()) {
            draft.keep(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"link.db", "folder/runnel.db", "chain.db", "./link.db"})
    void aSymbolicLinkLeadsToTheSameLockAndTheSameFiles(String name) throws IOException {
        Files.createSymbolicLink(folder.resolve("link.db"), file());
        Files.createSymbolicLink(folder.resolve("chain.db"), Path.of("link.db"));
        Files.createSymbolicLink(folder.resolve("folder"), folder);
        Path link = folder.resolve(name);
        try (Database _ = open(file())) {
            assertThatThrownBy(() -> open(link)).isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another server");
        }
        try (Database _ = open(link)) {
            assertThatThrownBy(() -> open(file())).isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another server");
        }
        keepFile("sqlite:" + link, "file-1");
        assertThat(folder.resolve("runnel.db.files/file-1")).exists();
    }

    @Test
    void aLinkToADatabaseThatIsNotThereYetMakesItWhereTheLinkLeads() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.db"), Path.of("runnel.db"));
        open(link).close();
        assertThat(file()).isRegularFile();
        assertThat(folder.resolve("runnel.db.lock")).exists();
        assertThat(folder.resolve("link.db.lock")).doesNotExist();
    }

    @Test
    void aCircleOfLinksIsRefused() throws IOException {
        Path circle = Files.createSymbolicLink(folder.resolve("a.db"), Path.of("a.db"));
        assertThatThrownBy(() -> open(circle)).isInstanceOf(StoreException.class).hasMessageContaining("a.db");
    }

    @Test
    void aDatabaseWithASecondNameIsRefusedUnderBoth() throws IOException {
        try (Database database = open(file())) {
            Path second = Files.createLink(folder.resolve("second.db"), file());
            assertThatThrownBy(() -> open(second)).isInstanceOf(StoreException.class)
                    .hasMessageContaining("has 2 names (hard links)").hasMessageContaining("find -samefile second.db");
            assertThat(database.read(FileRows::ids)).isEmpty();
        }
        assertThatThrownBy(() -> open(file())).isInstanceOf(StoreException.class).hasMessageContaining("2 names");
        Files.delete(folder.resolve("second.db"));
        open(file()).close();
    }

    @Test
    void parametersOfTheUrlAreNoPartOfTheFilesFolder() {
        keepFile("sqlite:" + file() + "?busy_timeout=200&cache=private", "file-1");
        assertThat(folder.resolve("runnel.db.files/file-1")).exists();
        assertThat(Backends.of("sqlite:" + file()).files().open("file-1")).isPresent();
    }

    @Test
    void aDatabaseThatALaterVersionChangedIsRefusedInWords() throws SQLException {
        open(file()).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT installed_rank + 100, '999', 'later', type,"
                    + " 'V999__later.sql', 7, installed_by, installed_on, 1, TRUE FROM flyway_schema_history LIMIT 1");
        }
        assertThatThrownBy(() -> open(file())).isInstanceOf(StoreException.class)
                .hasMessageContaining("was written by a later version of Runnel").hasMessageContaining("runnel.db");
        assertThatThrownBy(() -> Backends.of("sqlite:" + file()).snapshot(FileRows::ids))
                .isInstanceOf(StoreException.class).hasMessageContaining("was written by a later version of Runnel");
    }
}
