package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.ProjectLimits;
import dev.runnel.server.projects.ProjectPlan;
import dev.runnel.server.projects.Projects;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/** The requests that a project's limits refuse, with the words, and those that they leave alone. The project "blue" has limits, and "red" has none. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts the server first
class LimitsTest {
    private static final String BLUE = "blue-key-0123456789";
    private static final String RED = "red-key-0123456789";

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private Projects projects;
    private TestServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<ProjectPlan> plans(ProjectLimits limits) {
        return List.of(
                new ProjectPlan(new Project("blue"), ApiKeys.ofProject(new Project("blue"), List.of(BLUE)), limits),
                new ProjectPlan(new Project("red"), ApiKeys.ofProject(new Project("red"), List.of(RED)),
                        ProjectLimits.NONE));
    }

    private void start(ProjectLimits limits) {
        start(limits, options -> options);
    }

    private void start(ProjectLimits limits, UnaryOperator<ServerOptions> changes) {
        projects = new Projects(plans(limits), nanos::get);
        server = TestServer.startWithProjects(folder, changes, projects);
        server.models().answer(_ -> Script.chatWithUsage(11, 3, "Hi"));
        server.as(BLUE);
    }

    private static ProjectLimits aMinute(@Nullable Integer requests, @Nullable Integer tokens) {
        return new ProjectLimits(null, requests, tokens, null, null, null);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Answer chat() {
        return chat("m");
    }

    private Answer chat(String model) {
        return server.post("/chat/completions", """
                {"model": "%s", "messages": [{"role": "user", "content": "Hi"}], "stream": true,
                 "stream_options": {"include_usage": true}}""".formatted(model));
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    private static String standing(Answer answer, String what) {
        return header(answer, "x-ratelimit-limit-" + what) + " " + header(answer, "x-ratelimit-remaining-" + what) + " "
                + header(answer, "x-ratelimit-reset-" + what);
    }

    @Test
    void requestsAMinuteAreLimitedAndEachAnswerTellsWhatIsLeft() {
        start(aMinute(2, null));
        Answer first = chat();
        assertThat(first.status()).isEqualTo(200);
        assertThat(standing(first, "requests")).isEqualTo("2 1 30s");
        assertThat(standing(first, "tokens")).isEqualTo("none none none");
        String thread = server.newThread();
        assertThat(standing(server.get("/threads/" + thread), "requests")).as("asks no model").startsWith("none");
        Answer run = server.post("/threads/" + thread + "/runs",
                "{\"assistant_id\": \"" + server.newAssistant() + "\"}");
        assertThat(run.status()).isEqualTo(200);
        assertThat(standing(run, "requests")).isEqualTo("2 0 1m0s");

        pass(Duration.ofSeconds(10));
        for (Answer refused : List.of(chat(), server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}"),
                server.post("/embeddings", "{\"model\": \"m\", \"input\": \"Hi\"}"))) {
            assertThat(refused.status()).isEqualTo(429);
            assertThat(standing(refused, "requests")).isEqualTo("2 0 50s");
            assertThat(header(refused, "retry-after")).isEqualTo("20");
            assertThat(header(refused, "retry-after-ms")).isEqualTo("20000");
            assertThat(refused.error().path("type").asText()).isEqualTo("requests");
            assertThat(refused.error().path("code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(refused.error().path("message").asText()).isEqualTo("Rate limit reached for project `blue` on"
                    + " requests per min (RPM): Limit 2. Please try again in 20s.");
        }
        server.as(RED);
        assertThat(standing(chat(), "requests")).startsWith("none");
        server.as(BLUE);
        pass(Duration.ofSeconds(20));
        assertThat(chat().status()).isEqualTo(200);
    }

    @Test
    void tokensAMinuteAreLimitedForChatCompletionsAndRuns() throws InterruptedException {
        start(aMinute(null, 20));
        server.run();
        Answer second = chat();
        assertThat(standing(second, "tokens")).isEqualTo("20 6 42s");
        Await.until(() -> "not counted",
                () -> requireNonNull(projects.standing(new Project("blue")).tokens()).left() == 0);
        Answer refused = chat();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error().path("type").asText()).isEqualTo("tokens");
        assertThat(header(refused, "retry-after")).isEqualTo("27");
        assertThat(server.models().requests()).hasSize(2);
        pass(Duration.ofSeconds(27));
        assertThat(chat().status()).isEqualTo(200);
    }

    @Test
    void tokensADayAreLimitedUntilMidnight() throws InterruptedException {
        Instant[] now = {Instant.parse("2030-05-01T23:00:00Z")};
        InstantSource clock = () -> now[0];
        start(new ProjectLimits(null, null, null, 14L, null, null), options -> options.clock(clock));
        server.run();
        // A request that uses no tokens: exactly as many were used as the project may.
        Await.until(() -> "not refused",
                () -> server.post("/threads/runs", "{\"assistant_id\": \"asst_x\"}").status() == 429);
        Answer refused = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error().path("code").asText()).isEqualTo("insufficient_quota");
        assertThat(refused.error().path("message").asText()).contains("has used its 14 tokens of today");
        assertThat(header(refused, "retry-after")).isEqualTo("3600");
        assertThat(header(refused, "x-should-retry")).isEqualTo("false");
        now[0] = Instant.parse("2030-05-02T00:00:00Z");
        assertThat(chat().status()).isEqualTo(200);
    }

    @Test
    void aRunMoreThanAProjectMayHaveIsRefusedAndLeavesNothingBehind() {
        start(new ProjectLimits(null, null, null, null, 1, null));
        Gate gate = new Gate();
        server.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
        String assistant = server.newAssistant();
        String thread = server.newThread();
        try (EventReader reader = server.run(assistant, server.newThread())) {
            reader.until("thread.message.delta");
            String body = "{\"assistant_id\": \"" + assistant + "\"}";
            for (Answer refused : List.of(server.post("/threads/" + thread + "/runs", body),
                    server.post("/threads/runs", body),
                    server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}"))) {
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.error().path("message").asText()).contains("runs that have not ended: Limit 1");
                assertThat(header(refused, "retry-after")).isEqualTo("5");
            }
            assertThat(server.as(RED).post("/threads/runs",
                    "{\"assistant_id\": \"" + server.newAssistant() + "\"}").status()).isEqualTo(200);
            server.as(BLUE);
            gate.open();
            reader.rest();
        }
        assertThat(server.get("/threads/" + thread + "/runs").ids()).isEmpty();
        try (EventReader reader = server.run(assistant, thread)) {
            assertThat(EventReader.names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void onlyAllowedModelsAreListedAndAnswer() {
        start(new ProjectLimits(List.of("gpt-4o", "claude-*"), null, null, null, null, null));
        server.models().models("gpt-4o", "gpt-4o-mini", "claude-opus");
        assertThat(server.get("/models").ids()).containsExactly("gpt-4o", "claude-opus");
        assertThat(server.get("/models/claude-opus").status()).isEqualTo(200);
        assertThat(server.get("/models/gpt-4o-mini").status()).isEqualTo(404);
        assertThat(chat("claude-opus").status()).isEqualTo(200);

        String assistant = server.newAssistant("{\"model\": \"gpt-4o-mini\"}");
        String run = "{\"assistant_id\": \"" + assistant + "\"%s}";
        for (Answer refused : List.of(chat("gpt-4o-mini"),
                server.post("/embeddings", "{\"model\": \"gpt-4o-mini\", \"input\": \"Hi\"}"),
                server.post("/threads/runs", run.formatted("")),
                server.post("/responses", "{\"model\": \"gpt-4o-mini\", \"input\": \"Hi\"}"))) {
            assertThat(refused.status()).isEqualTo(403);
            JsonNode error = refused.error();
            assertThat(error.path("code").asText()).isEqualTo("model_not_found");
            assertThat(error.path("message").asText())
                    .isEqualTo("Project `blue` does not have access to model `gpt-4o-mini`");
        }
        assertThat(server.post("/threads/runs", run.formatted(", \"model\": \"gpt-4o\"")).status()).isEqualTo(200);
        assertThat(server.as(RED).get("/models").ids()).hasSize(3);
    }

    @Test
    void filesBeyondTheStorageAreRefusedUntilOthersAreDeleted() {
        start(new ProjectLimits(null, null, null, null, null, 100L));
        Answer kept = server.upload(Multipart.file("a.txt", "x".repeat(60)));
        assertThat(kept.status()).isEqualTo(200);
        Answer refused = server.upload(Multipart.file("b.txt", "x".repeat(41)));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error().path("code").asText()).isEqualTo("insufficient_quota");
        assertThat(refused.error().path("message").asText()).contains("100 bytes of files. It keeps 60");
        assertThat(header(refused, "x-should-retry")).isEqualTo("false");
        assertThat(header(refused, "retry-after")).isEqualTo("none");
        assertThat(server.get("/files").ids()).containsExactly(kept.id());
        assertThat(server.upload(Multipart.file("b.txt", "x".repeat(40))).status()).isEqualTo(200);
        server.send("DELETE", "/files/" + kept.id(), "").ok();
        assertThat(server.upload(Multipart.file("c.txt", "x".repeat(60))).status()).isEqualTo(200);
    }

    @Test
    void otherPlansCountAtOnceAndWhatWasUsedStaysUsed() {
        start(aMinute(1, null));
        assertThat(chat().status()).isEqualTo(200);
        projects.replace(plans(aMinute(1, null)));
        assertThat(chat().status()).as("the same limit").isEqualTo(429);
        projects.replace(plans(aMinute(2, null)));
        assertThat(standing(chat(), "requests")).isEqualTo("2 1 30s");
        projects.replace(List.of(plans(ProjectLimits.NONE).getLast()));
        assertThat(chat().status()).as("its key is gone").isEqualTo(401);
        assertThat(server.as(RED).get("/models").status()).isEqualTo(200);
    }
}
