package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.projects.ProjectLimits;
import dev.runnel.server.projects.ProjectPlan;
import dev.runnel.server.projects.Projects;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.server.options.ServerOptions.OPERATOR_KEY;
import static org.assertj.core.api.Assertions.assertThat;

/** Projects of nodes that share one PostgreSQL. */
@Timeout(120)
class SharedProjectsTest extends SharedDatabase {
    private static final String OPERATOR = "operator-key-0123456789";

    private TestServer keyed() {
        return node(options -> options.with(OPERATOR_KEY, ApiKeys.withoutProject(List.of(OPERATOR))));
    }

    private static Answer asOperator(TestServer server, String method, String path, String body) {
        return server.as(OPERATOR).sendToRoot(method, path, body);
    }

    @Test
    void aKeyThatOneNodeMadeOrRevokedCountsAtAllOfThem() throws InterruptedException {
        TestServer a = keyed();
        TestServer b = keyed();
        JsonNode made = asOperator(a, "POST", "/v1/keys", "{\"project\": \"search\"}").ok();
        String key = made.path("key").asText();
        Await.until(() -> "not known", () -> b.as(key).get("/threads/thread_x").status() == 404);
        assertThat(a.as(key).get("/threads/thread_x").status()).isEqualTo(404);

        asOperator(b, "DELETE", "/v1/keys/" + made.path("id").asText(), "").ok();
        assertThat(b.as(key).get("/threads/thread_x").status()).isEqualTo(401);
        Await.until(() -> "still known", () -> a.as(key).get("/threads/thread_x").status() == 401);
    }

    private TestServer limited(ProjectLimits limits) {
        return node(options -> options, new Projects(List.of(new ProjectPlan(Project.DEFAULT, ApiKeys.NONE, limits))));
    }

    @Test
    void tokensOfADayCountAtAllNodes() throws InterruptedException {
        ProjectLimits limits = new ProjectLimits(null, null, null, 14L, null, null);
        TestServer a = limited(limits);
        TestServer b = limited(limits);
        assertThat(b.get("/models").status()).isEqualTo(200);
        a.models().answer(_ -> Script.chatWithUsage(11, 3, "Hi"));
        a.run();
        for (TestServer node : List.of(a, b)) {
            Await.until(() -> "not refused", () -> refusalOfRun(node).equals("insufficient_quota"));
        }
    }

    @Test
    void runsThatHaveNotEndedCountAtAllNodes() {
        ProjectLimits limits = new ProjectLimits(null, null, null, null, 1, null);
        TestServer a = limited(limits);
        TestServer b = limited(limits);
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
        b.models().answer(_ -> Script.chat("Hi"));
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            reader.until("thread.message.delta");
            assertThat(refusalOfRun(b)).isEqualTo("rate_limit_exceeded");
            gate.open();
            reader.rest();
        }
        assertThat(refusalOfRun(b)).isEmpty();
    }

    @Test
    void filesCountAtAllNodes() {
        ProjectLimits limits = new ProjectLimits(null, null, null, null, null, 100L);
        TestServer a = limited(limits);
        TestServer b = limited(limits);
        a.upload(Multipart.file("a.txt", "x".repeat(60))).ok();
        assertThat(b.upload(Multipart.file("b.txt", "x".repeat(41))).status()).isEqualTo(429);
        b.upload(Multipart.file("b.txt", "x".repeat(40))).ok();
    }

    /** The code of the error that a new run gets; empty if it is taken. */
    private static String refusalOfRun(TestServer node) {
        return node.post("/threads/runs", "{\"assistant_id\": \"" + node.newAssistant() + "\"}").error().path("code")
                .asText();
    }

    @Test
    void whatRunsUseAtTwoNodesIsCountedTogether() {
        TestServer a = node();
        TestServer b = node();
        for (TestServer node : List.of(a, b)) {
            node.models().answer(_ -> Script.chatWithUsage(11, 3, "Hi"));
            node.run();
        }
        for (TestServer node : List.of(a, b)) {
            JsonNode rows = node.get("/usage").ok().path("data");
            assertThat(rows).singleElement().satisfies(row -> {
                assertThat(row.path("runs").asInt()).isEqualTo(2);
                assertThat(row.path("total_tokens").asInt()).isEqualTo(28);
            });
        }
    }
}
