package dev.runnel.server;

import dev.runnel.server.backend.PostgresServer;
import dev.runnel.testkit.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Vector stores on nodes that share one PostgreSQL. Another node is played by a transaction that is open while a request comes. */
@Timeout(180)
class StoresOnNodesTest extends SharedDatabase {
    private static final String WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted";

    private static String newStore(TestServer node) {
        return node.post("/vector_stores", "{}").id();
    }

    private static String newFile(TestServer node) {
        return node.upload(Multipart.file("words.txt", "Some words.")).id();
    }

    private static Answer add(TestServer node, String store, String file) {
        return node.post("/vector_stores/" + store + "/files", "{\"file_id\": \"" + file + "\"}");
    }

    /** An answer to a request that is sent while another node has executed statements, but not committed them. */
    private Answer answerWhile(Supplier<Answer> request, String... statements)
            throws SQLException, InterruptedException {
        try (Connection other = PostgresServer.connect(folder); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(request);
            Await.until("the request is answered, or waits",
                    () -> answer.isDone() || !PostgresServer.column(folder, WAITING).isEmpty());
            other.commit();
            return answer.join();
        }
    }

    private String rows(String query) {
        return PostgresServer.column(folder, query).getFirst();
    }

    @Test
    void aFileIsNotAddedToAStoreThatAnotherNodeIsDeleting() throws Exception {
        TestServer node = node();
        String store = newStore(node);
        String file = newFile(node);

        Answer answer = answerWhile(() -> add(node, store, file), "DELETE FROM vector_stores");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(rows("SELECT COUNT(*) FROM store_files")).isEqualTo("0");
    }

    @Test
    void aFileThatAnotherNodeIsDeletingIsNotAdded() throws Exception {
        TestServer node = node();
        String store = newStore(node);
        String file = newFile(node);

        Answer answer = answerWhile(() -> add(node, store, file), "DELETE FROM files");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(rows("SELECT COUNT(*) FROM store_files")).isEqualTo("0");
    }

    /** As a file that expires while it waits: it is found no more, but is still in the store. */
    @Test
    void aFileWhoseObjectIsGoneEndsToo() throws Exception {
        TestServer node = node();
        String store = newStore(node);
        String file = newFile(node);
        add(node, store, file).ok();
        String path = "/vector_stores/" + store + "/files/" + file;
        Await.until("the file is completed", () -> node.get(path).ok().path("status").asText().equals("completed"));

        PostgresServer.execute(folder,
                """
                        DELETE FROM files;
                        UPDATE store_files SET status = 'in_progress', chunks = NULL, last_change = NULL;
                        INSERT INTO due_work (kind, subject, turn, due_at, fence) SELECT 'ingest_file', seq, '', 0, 0 FROM store_files""");

        Await.until("the file has left the store", () -> node.get(path).status() == 404);
        assertThat(node.get("/vector_stores/" + store).ok().path("status").asText()).isEqualTo("completed");
    }

    @Test
    void aStoreIsDeletedWhileAnotherNodeWritesItsFile() throws Exception {
        TestServer node = node();
        String store = newStore(node);
        add(node, store, newFile(node)).ok();
        Await.until("the file is completed",
                () -> node.get("/vector_stores/" + store).ok().at("/file_counts/completed").asInt() == 1);
        PostgresServer.execute(folder, """
                INSERT INTO due_work (kind, subject, turn, due_at, fence, owner)
                  SELECT 'ingest_file', seq, '', 1e15, 7, 'another' FROM store_files""");
        try (Connection other = PostgresServer.connect(folder); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE due_work SET owner = owner WHERE kind = 'ingest_file'");
            CompletableFuture<Answer> deletion = CompletableFuture
                    .supplyAsync(() -> node.send("DELETE", "/vector_stores/" + store, ""));
            Await.until("the deletion waits for the other node",
                    () -> !PostgresServer.column(folder, WAITING).isEmpty());

            statement.execute("UPDATE store_files SET embedded = 1");
            other.commit();

            assertThat(deletion.join().status()).isEqualTo(200);
        }
        assertThat(rows("SELECT COUNT(*) FROM store_files")).isEqualTo("0");
    }
}
