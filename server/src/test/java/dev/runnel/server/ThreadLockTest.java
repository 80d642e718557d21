package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** One run at a time on a thread. */
@Timeout(180)
class ThreadLockTest {
    private static final int CALLERS = 8;

    @TempDir
    Path folder;

    private TestServer server;
    private final Gate gate = new Gate();

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        server.models().answer(request -> Script.reply("Hel").gate(gate).text("lo").end("stop"));
    }

    @AfterEach
    void stop() {
        gate.open();
        server.close();
    }

    private static List<Answer> allAtOnce(Callable<Answer> call) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(call);
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    @Test
    void ofManyRunsCreatedAtOnceExactlyOneWinsAndTheOthersLeaveNothingBehind() throws Exception {
        String thread = server.newThread();
        String body = """
                {"assistant_id": "%s", "additional_messages": [{"role": "user", "content": "More"}]}"""
                .formatted(server.newAssistant());
        List<Answer> answers = allAtOnce(() -> server.post("/threads/" + thread + "/runs", body));

        List<Answer> won = answers.stream().filter(answer -> answer.status() == 200).toList();
        assertThat(won).hasSize(1);
        String run = won.getFirst().id();
        assertThat(answers).filteredOn(answer -> answer.status() != 200).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().toString()).isEqualTo("""
                    {"error":{"message":"Thread %s already has an active run %s.",\
                    "type":"invalid_request_error","param":null,"code":null}}""".formatted(thread, run));
        });
        assertThat(server.get("/threads/" + thread + "/runs").ids()).containsExactly(run);
        List<String> roles = server.get("/threads/" + thread + "/messages").column("role");
        assertThat(roles.stream().filter(role -> role.equals("user"))).hasSize(2);
    }

    @Test
    void noMessageIsAddedWhileARunIsActiveAndAllAreRefusedInTheSameWords() throws Exception {
        String thread = server.newThread();
        String run = server.post(
                "/threads/" + thread + "/runs", "{\"assistant_id\": \"" + server.newAssistant() + "\"}").id();
        List<Answer> answers = allAtOnce(() -> server.post("/threads/" + thread + "/messages", """
                {"role": "user", "content": "More"}"""));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().toString()).isEqualTo("""
                    {"message":"Can't add messages to %s while a run %s is active.",\
                    "type":"invalid_request_error","param":null,"code":null}""".formatted(thread, run));
        });
        assertThat(server.get("/threads/" + thread + "/messages?order=asc").column("role").subList(0, 1))
                .containsExactly("user");
    }

    @Test
    void aLockedThreadCanBeReadAndTheOpenMessageIsShownAsFarAsItHasGrown() {
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.until("thread.message.delta");
            JsonNode message = server.get("/threads/" + thread + "/messages").ok().at("/data/0");

            assertThat(message.path("status").asText()).isEqualTo("in_progress");
            assertThat(message.at("/content/0/text/value").asText()).isEqualTo("Hel");
            assertThat(server.get("/threads/" + thread + "/messages/" + message.path("id").asText()).ok())
                    .isEqualTo(message);
            assertThat(server.get("/threads/" + thread + "/runs").column("status")).containsExactly("in_progress");
            gate.open();
            reader.rest();
        }
        assertThat(server.post("/threads/" + thread + "/messages", """
                {"role": "user", "content": "More"}""").status()).isEqualTo(200);
    }

    @Test
    void otherThreadsAreNotLocked() {
        String assistant = server.newAssistant();
        try (EventReader one = server.run(assistant, server.newThread());
                EventReader other = server.run(assistant, server.newThread())) {
            one.until("thread.message.delta");
            other.until("thread.message.delta");
            gate.open();
            assertThat(EventReader.names(one.rest())).endsWith("thread.run.completed", "done");
            assertThat(EventReader.names(other.rest())).endsWith("thread.run.completed", "done");
        }
    }
}
