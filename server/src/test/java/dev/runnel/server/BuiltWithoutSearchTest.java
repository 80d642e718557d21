package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Await;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A server whose class path lacks what reads and searches documents, as the launcher's first build makes it: it says so wherever it matters. */
@Timeout(60)
class BuiltWithoutSearchTest {
    private static final String WHY = "built without search";

    @TempDir
    Path folder;

    private TestServer server;

    /** Hides the services that such a build lacks. */
    private static final class Lacking extends ClassLoader {
        private static final String SERVICES = "META-INF/services/dev.runnel.server.search.";

        Lacking(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.startsWith(SERVICES) ? Collections.emptyEnumeration() : super.getResources(name);
        }
    }

    @BeforeEach
    void start() {
        Thread here = Thread.currentThread();
        ClassLoader whole = here.getContextClassLoader();
        here.setContextClassLoader(new Lacking(whole));
        try {
            server = TestServer.start(folder);
        } finally {
            here.setContextClassLoader(whole);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRunWithFileSearchIsRefusedBeforeTheModelIsAsked() {
        String assistant = server.post("/assistants", "{\"model\": \"m\", \"tools\": [{\"type\": \"file_search\"}]}")
                .id();

        Answer answer = server.post("/threads/" + server.newThread() + "/runs",
                "{\"assistant_id\": \"" + assistant + "\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("code").asText()).isEqualTo("unsupported_tool");
        assertThat(answer.error().path("message").asText()).contains("'file_search'", WHY);
        assertThat(server.models().requests()).isEmpty();
    }

    @Test
    void aResponseWithFileSearchIsRefused() {
        Answer answer = server.post("/responses",
                "{\"model\": \"m\", \"input\": \"When?\", \"tools\": [{\"type\": \"file_search\","
                        + " \"vector_store_ids\": [\"" + server.post("/vector_stores", "{}").id() + "\"]}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("message").asText()).contains("file_search");
    }

    @Test
    void filesInStoresFailAndSearchesAreRefusedInWords() throws InterruptedException {
        String file = server.upload(Multipart.file("a.txt", "The harbour opens at six.")).id();
        String store = server.post("/vector_stores", "{\"file_ids\": [\"" + file + "\"]}").id();
        Await.until("the file has failed",
                () -> server.get("/vector_stores/" + store).ok().at("/file_counts/failed").asInt() == 1);

        JsonNode error = server.get("/vector_stores/" + store + "/files/" + file).ok().path("last_error");
        assertThat(error.path("message").asText()).contains(WHY);
        Answer search = server.post("/vector_stores/" + store + "/search", "{\"query\": \"harbour\"}");
        assertThat(search.status()).isEqualTo(400);
        assertThat(search.error().path("message").asText()).contains(WHY);
    }
}
