package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.testkit.LogLines;
import dev.runnel.testkit.Script;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static org.assertj.core.api.Assertions.assertThat;

/** Tools of the protocol that this server does not have: refused by name, or taken and left out of the prompt. */
@Timeout(30)
class UnsupportedToolsTest {
    private static final String SAVED = """
            {"id":"asst_saved","object":"assistant","created_at":1,"name":"Old","description":null,"model":"m",\
            "instructions":"Be brief.","tools":[{"type":"code_interpreter"}],\
            "tool_resources":{"code_interpreter":{"file_ids":["file-1"]}},"metadata":{},"top_p":1.0,"temperature":1.0,\
            "response_format":"auto"}
            """;

    @TempDir
    Path folder;

    private void importAssistant() {
        Importer.Imported imported = Importer.read(TestDatabases.url(folder), Project.DEFAULT, false,
                new ByteArrayInputStream(SAVED.getBytes(StandardCharsets.UTF_8)), InstantSource.system());
        assertThat(imported.counts()).isNotNull();
    }

    private TestServer lenient() {
        return TestServer.start(folder, options -> options.with(IGNORE_UNSUPPORTED_TOOLS, true));
    }

    @Test
    void aRunOfAnImportedAssistantWithSuchToolsIsRefusedByName() {
        importAssistant();
        try (TestServer server = TestServer.start(folder)) {
            Answer answer = server.post("/threads/" + server.newThread() + "/runs",
                    "{\"assistant_id\":\"asst_saved\"}");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("code").asText()).isEqualTo("unsupported_tool");
            assertThat(answer.error().path("param").asText()).isEqualTo("assistant_id");
            assertThat(answer.error().path("message").asText())
                    .contains("asst_saved", "'code_interpreter'", "--ignore-unsupported-tools");
            assertThat(server.models().requests()).isEmpty();
            server.models().enqueue(Script.chat("Hello"));
            assertThat(server.post("/threads/" + server.newThread() + "/runs",
                    "{\"assistant_id\":\"asst_saved\",\"tools\":[]}").status()).isEqualTo(200);
        }
    }

    @Test
    void toldToIgnoreThemTheServerLeavesThemOutOfThePromptAndSaysSoOnce() throws InterruptedException {
        importAssistant();
        try (TestServer server = lenient(); LogLines log = LogLines.of("dev.runnel.server.engine")) {
            for (int i = 0; i < 2; i++) {
                server.models().enqueue(Script.chat("Hello"));
                try (EventReader reader = server.run("asst_saved", server.newThread())) {
                    assertThat(reader.rest()).extracting(EventReader.Event::name).contains("thread.run.completed");
                }
                assertThat(server.models().awaitRequest(i, TestServer.PATIENCE).json().has("tools")).isFalse();
            }
            assertThat(log.lines()).singleElement().asString()
                    .startsWith("WARNING: assistant asst_saved").contains("'code_interpreter'");
        }
    }

    @Test
    void theyAreTakenInRequestsAndShown() throws InterruptedException, IOException {
        try (TestServer server = lenient()) {
            String file = server.upload(Multipart.file("a.txt", "text")).id();
            String assistant = server.newAssistant("""
                    {"model":"m","tools":[{"type":"function","function":{"name":"weather"}},
                    {"type":"code_interpreter"}],
                    "tool_resources":{"code_interpreter":{"file_ids":["FILE"]}}}""".replace("FILE", file));
            String thread = server.post("/threads", """
                    {"messages":[{"role":"user","content":"Hi",
                    "attachments":[{"file_id":"FILE","tools":[{"type":"code_interpreter"}]}]}]}"""
                    .replace("FILE", file)).id();
            server.models().enqueue(Script.chat("Hello"));
            String body = "{\"assistant_id\":\"" + assistant + "\",\"tool_choice\":{\"type\":\"code_interpreter\"}}";
            try (RawHttp raw = new RawHttp(server.ownPort())) { // the description does not have such a choice
                raw.post("/threads/" + thread + "/runs", body);
                assertThat(raw.readUntil("}")).startsWith("HTTP/1.1 200");
            }

            JsonNode shown = server.get("/assistants/" + assistant).ok();
            assertThat(shown.at("/tools/1/type").asText()).isEqualTo("code_interpreter");
            assertThat(shown.at("/tool_resources/code_interpreter/file_ids/0").asText()).isEqualTo(file);
            assertThat(server.get("/threads/" + thread + "/messages?order=asc").ok()
                    .at("/data/0/attachments/0/tools/0/type").asText()).isEqualTo("code_interpreter");
            JsonNode asked = server.models().awaitRequest(0, TestServer.PATIENCE).json();
            assertThat(asked.path("tools")).singleElement()
                    .satisfies(tool -> assertThat(tool.at("/function/name").asText()).isEqualTo("weather"));
            assertThat(asked.has("tool_choice")).isFalse();
        }
    }
}
