package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.OPERATOR_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Keys of projects that the operator makes and revokes while the server runs. */
@Timeout(120)
class KeysTest {
    private static final String OPERATOR = "operator-key-0123456789";
    private static final String BLUE = "blue-key-0123456789";

    @TempDir
    Path folder;

    private static ServerOptions withOperator(ServerOptions options) {
        return options.with(OPERATOR_KEY, ApiKeys.withoutProject(List.of(OPERATOR)));
    }

    private static Answer asOperator(TestServer server, String method, String path, String body) {
        return server.as(OPERATOR).sendToRoot(method, path, body);
    }

    private static JsonNode create(TestServer server, String project) {
        return asOperator(server, "POST", "/v1/keys", "{\"project\": \"" + project + "\", \"name\": \"the batch job\"}")
                .ok();
    }

    @Test
    void aKeyThatTheOperatorMadeOpensItsProjectUntilItIsRevoked() {
        try (TestServer server = TestServer.start(folder, KeysTest::withOperator)) {
            JsonNode made = create(server, "search");
            String key = made.path("key").asText();
            assertThat(key).matches("sk-[A-Za-z0-9]{48}");
            JsonNode other = create(server, "mail");

            String thread = server.as(key).newThread();
            assertThat(server.as(other.path("key").asText()).get("/threads/" + thread).status()).isEqualTo(404);

            Answer listed = asOperator(server, "GET", "/v1/keys", "");
            assertThat(listed.ok().path("data")).hasSize(2);
            assertThat(listed.json().at("/data/1/id")).isEqualTo(made.path("id"));
            assertThat(listed.json().at("/data/1/name").asText()).isEqualTo("the batch job");
            assertThat(listed.json().at("/data/1/shown").asText()).startsWith("sk-").contains("***");
            assertThat(listed.body()).doesNotContain(key);

            String path = "/v1/keys/" + made.path("id").asText();
            assertThat(asOperator(server, "DELETE", path, "").ok().path("deleted").asBoolean()).isTrue();
            Answer refused = server.as(key).get("/threads/" + thread);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.error().path("code").asText()).isEqualTo("invalid_api_key");
            assertThat(server.as(other.path("key").asText()).get("/threads/x").status()).isNotEqualTo(401);
            assertThat(asOperator(server, "DELETE", path, "").status()).isEqualTo(404);
        }
    }

    @Test
    void theDatabaseHasNoKeyThatOpensAnything() throws SQLException {
        try (TestServer server = TestServer.start(folder, KeysTest::withOperator)) {
            String key = create(server, "search").path("key").asText();
            try (Connection connection = TestDatabases.connect(folder);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT hash, shown FROM api_keys")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo(ApiKeys.hash(key)).hasSize(64);
                assertThat(row.getString(2)).hasSizeLessThan(20);
            }
        }
    }

    @Test
    void keysOutliveARestartAndAServerWithoutOtherKeysAsksForThem() {
        String key;
        try (TestServer server = TestServer.start(folder, KeysTest::withOperator)) {
            key = create(server, "search").path("key").asText();
        }
        try (TestServer server = TestServer.start(folder)) {
            assertThat(server.get("/threads/thread_x").status()).isEqualTo(401);
            assertThat(server.as(key).get("/threads/thread_x").status()).isEqualTo(404);
            assertThat(server.sendToRoot("GET", "/v1/keys", "").error().path("code").asText())
                    .isEqualTo("operator_only");
        }
    }

    @Test
    void theOperatorsKeyIsForTheOperatorsRoutesAlone() {
        try (TestServer server = TestServer.start(folder, options -> withOperator(options)
                .with(API_KEYS, ApiKeys.of(List.of("blue=" + BLUE))))) {
            server.models().answer(_ -> Script.chatWithUsage(11, 3, "Hi"));
            server.as(BLUE).run();
            assertThat(server.get("/usage").column("project")).containsExactly("blue");
            for (String method : List.of("GET", "POST")) {
                Answer refused = server.sendToRoot(method, "/v1/keys",
                        method.equals("GET") ? "" : "{\"project\": \"x\"}");
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.error().path("message").asText()).contains("RUNNEL_OPERATOR_KEY");
            }
            String made = create(server, "red").path("key").asText();
            server.as(made).run();
            assertThat(server.get("/usage").column("project")).containsExactly("red");

            server.as(OPERATOR);
            assertThat(server.get("/usage").column("project")).containsExactly("blue", "red");
            assertThat(server.sendToRoot("GET", "/nodes", "").status()).isEqualTo(200);
            for (String path : List.of("/models", "/assistants", "/files")) {
                Answer refused = server.get(path);
                assertThat(refused.status()).as(path).isEqualTo(403);
                assertThat(refused.error().path("code").asText()).isEqualTo("operator_key");
            }
            assertThat(server.as("").get("/models").status()).isEqualTo(401);
        }
    }

    @Test
    void aServerWithoutKeysHasNoOperator() {
        try (TestServer server = TestServer.start(folder)) {
            Answer refused = server.sendToRoot("POST", "/v1/keys", "{\"project\": \"search\"}");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(server.get("/models").status()).isEqualTo(200);
        }
    }

    @Test
    void aProjectsNameThatCannotBeOneIsRefused() {
        try (TestServer server = TestServer.start(folder, KeysTest::withOperator)) {
            for (String name : List.of("Search", "*", "", "a b", "x".repeat(65))) {
                Answer refused = asOperator(server, "POST", "/v1/keys", "{\"project\": \"" + name + "\"}");
                assertThat(refused.status()).as(name).isEqualTo(400);
                assertThat(refused.error().path("param").asText()).isEqualTo("project");
            }
            assertThat(asOperator(server, "GET", "/v1/keys", "").ok().path("data")).isEmpty();
        }
    }

    @Test
    void anOperatorsKeyThatIsAProjectsKeyTooIsRefusedAtTheStart() {
        assertThatThrownBy(() -> withOperator(ServerOptions.DEFAULTS)
                .with(API_KEYS, ApiKeys.of(List.of("blue=" + OPERATOR))).check())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("key of a project too");
        assertThatThrownBy(() -> ApiKeys.withoutProject(List.of("blue=" + OPERATOR)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no project's name may stand before");
    }
}
