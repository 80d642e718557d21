package dev.runnel.server;

import dev.runnel.server.backend.PostgresServer;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.Exporter;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;

/** All objects go from one kind of database to the other, with their ids, and back again. */
@Timeout(180)
class MovingTest {
    private static final byte[] LARGE = large();

    @TempDir
    Path folder;

    private String store = "";
    private String largeFile = "";

    private static byte[] large() {
        byte[] bytes = new byte[2_500_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        return bytes;
    }

    private String url(boolean postgres, String name) {
        return postgres ? PostgresServer.url(folder.resolve(name)) : "sqlite:" + folder.resolve(name + ".db");
    }

    private TestServer serve(String url) {
        return TestServer.start(folder, options -> options.with(DATABASE, url));
    }

    @ParameterizedTest(name = "to PostgreSQL: {0}")
    @ValueSource(booleans = {true, false})
    void whatOneDatabaseHasTheOtherHasToo(boolean toPostgres) throws InterruptedException {
        String from = url(!toPostgres, "from");
        String to = url(toPostgres, "to");
        String back = url(!toPostgres, "back");
        Map<String, String> before;
        String run;
        try (TestServer server = serve(from)) {
            run = fill(server);
            before = answers(server, run);
            move(from, to); // while the server runs
        }
        try (TestServer server = serve(to)) {
            awaitSearchable(server);
            assertThat(answers(server, run)).isEqualTo(before);
            assertThat(server.get(run + "?stream=true").status()).isEqualTo(410);
            assertGoesOn(server, run);
            move(to, back);
            before = answers(server, run);
        }
        try (TestServer server = serve(back)) {
            awaitSearchable(server);
            assertThat(answers(server, run)).isEqualTo(before);
            assertThat(server.download("/files/" + largeFile + "/content").body()).isEqualTo(LARGE);
        }
    }

    private static void move(String from, String to) {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        String exported = Exporter.export(from, true, export).toString();
        Importer.Imported imported = Importer.read(
                to, new Project("unused"), false, new ByteArrayInputStream(export.toByteArray()),
                InstantSource.system());
        assertThat(imported.whole()).isTrue();
        assertThat(imported.counts()).hasToString(exported);
    }

    /** Makes some of everything. Returns the path of a run that called a function. */
    private String fill(TestServer server) throws InterruptedException {
        largeFile = server.upload(Multipart.file("größe ☂.bin", LARGE)).id();
        server.upload(Multipart.file("empty.txt", "")).id();
        String notes = server.upload(Multipart.file("notes.txt", "The warranty lasts three years.")).id();
        store = server.post("/vector_stores", "{\"name\": \"handbook\", \"metadata\": {\"a\": \"b\"}}").id();
        server.post("/vector_stores/" + store + "/files",
                "{\"file_id\": \"" + notes + "\", \"attributes\": {\"year\": 1990, \"open\": true}}").ok();
        awaitSearchable(server);
        for (int i = 0; i < 5; i++) {
            server.newAssistant("{\"model\": \"m\", \"name\": \"Änne \\u0000 " + i + "\", \"temperature\": 0.3}");
        }
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        server.models().enqueue(Script.chat("It ", "rains ☔"));
        String thread = server.newThread();
        String run;
        try (EventReader reader = server.run(server.newWeatherAssistant(), thread)) {
            run = TestServer.runPath(reader.rest());
        }
        try (EventReader reader = server.stream(run + "/submit_tool_outputs",
                "{\"tool_outputs\": [{\"tool_call_id\": \"call_1\", \"output\": \"rain\"}], \"stream\": true}")) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
        server.post("/threads/" + thread + "/messages", "{\"role\": \"user\", \"content\": \"Last\"}").ok();
        String first = server.get("/threads/" + thread + "/messages?order=asc").ids().getFirst();
        server.post("/threads/" + thread + "/messages/" + first, "{\"metadata\": {\"colour\": \"blue\"}}").ok();
        server.post(run, "{\"metadata\": {\"colour\": \"red\"}}").ok();
        return run;
    }

    private void awaitSearchable(TestServer server) throws InterruptedException {
        long patience = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (!server.get("/vector_stores/" + store).ok().path("status").asText().equals("completed")) {
            assertThat(System.nanoTime()).as("patience").isLessThan(patience);
            Thread.sleep(20);
        }
    }

    private Map<String, String> answers(TestServer server, String run) {
        String thread = run.substring(0, run.indexOf("/runs/"));
        List<String> paths = new ArrayList<>(List.of(
                "/assistants?limit=3", "/assistants?order=asc", "/threads", "/files", thread + "/messages",
                thread + "/runs", run,
                run + "/steps", "/vector_stores/" + store + "/files"));
        server.get("/files").column("id").forEach(file -> paths.add("/files/" + file));
        Map<String, String> answers = new TreeMap<>();
        for (String path : paths) {
            answers.put(path, server.get(path).ok().toString());
        }
        answers.put("large", new String(
                server.download("/files/" + largeFile + "/content").body(), StandardCharsets.ISO_8859_1));
        answers.put("found",
                server.post("/vector_stores/" + store + "/search", "{\"query\": \"How long is the warranty?\"}")
                        .ok().at("/data/0/content/0/text").asText());
        answers.put("store", server.get("/vector_stores/" + store).ok().path("metadata").toString());
        return answers;
    }

    private static void assertGoesOn(TestServer server, String run) {
        server.models().enqueue(Script.chat("Still here."));
        String assistant = server.get(run).ok().path("assistant_id").asText();
        String thread = run.substring("/threads/".length(), run.indexOf("/runs/"));
        try (EventReader reader = server.run(assistant, thread)) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }
}
