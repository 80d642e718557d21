package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Files in the messages of responses and conversations: the model reads their text, or sees the image. */
@Timeout(120)
class InputFilesTest {
    private static final byte[] PNG = Base64.getDecoder().decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /** One page with the words "The tides follow the moon." */
    private static final String PDF = """
            %PDF-1.4
            1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
            2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R\
            /Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
            4 0 obj<</Length 56>>stream
            BT /F1 12 Tf 10 50 Td (The tides follow the moon.) Tj ET
            endstream endobj
            trailer<</Root 1 0 R>>
            %%EOF
            """;

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A request with one message of these parts, between two texts. */
    private static String request(List<Consumer<ObjectNode>> parts) {
        ObjectNode request = Json.object().put("model", "m");
        ArrayNode content = request.putArray("input").addObject().put("role", "user").putArray("content");
        content.addObject().put("type", "input_text").put("text", "Read:");
        parts.forEach(part -> part.accept(content.addObject().put("type", "input_file")));
        content.addObject().put("type", "input_text").put("text", "What does it say?");
        return request.toString();
    }

    private static String request(Consumer<ObjectNode> part) {
        return request(List.of(part));
    }

    private JsonNode asked() throws InterruptedException {
        return server.models().awaitRequest(server.models().requests().size() - 1, TestServer.PATIENCE).json()
                .at("/messages/0/content");
    }

    private JsonNode items(JsonNode response) {
        return server.get("/responses/" + response.path("id").asText() + "/input_items").ok().at("/data/0/content");
    }

    @Test
    void aDocumentOfTheRequestIsReadAndShownByItsName() throws InterruptedException {
        server.models().enqueue(Script.chat("The moon."));
        JsonNode response = server.post("/responses", request(file -> file.put("filename", "tides.pdf")
                .put("file_data", "data:application/pdf;base64," + base64(bytes(PDF))))).ok();

        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(asked().asText()).startsWith("Read:\n[File tides.pdf]\nThe tides follow the moon.")
                .endsWith("\n[End of file]\nWhat does it say?");
        assertThat(items(response)).extracting(part -> part.path("type").asText())
                .containsExactly("input_text", "input_file", "input_text");
        assertThat(items(response).at("/1").toString())
                .isEqualTo("{\"type\":\"input_file\",\"filename\":\"tides.pdf\"}");
    }

    @Test
    void anUploadedFileIsReadAndShownByItsIdAlsoWhenItIsGone() throws InterruptedException {
        String file = server.upload(Multipart.file("prices.csv", "apple,3\npear,4\n")).id();
        server.models().enqueue(Script.chat("Three."), Script.chat("Four."));
        JsonNode response = server.post("/responses", request(part -> part.put("file_id", file))).ok();
        assertThat(asked().asText()).isEqualTo(
                "Read:\n[File prices.csv]\napple,3\npear,4\n[End of file]\nWhat does it say?");
        assertThat(items(response).at("/1/file_id").asText()).isEqualTo(file);
        server.send("DELETE", "/files/" + file, "").ok();

        assertThat(server.post("/responses", """
                {"model": "m", "input": "And pears?", "previous_response_id": "%s"}"""
                .formatted(response.path("id").asText())).ok().path("status").asText()).isEqualTo("completed");
        assertThat(asked().asText()).contains("pear,4");
    }

    @Test
    void anImageIsSentAsAnImage() throws InterruptedException {
        String file = server.upload(Multipart.file("dot.bin", PNG)).id();
        server.models().enqueue(Script.chat("A dot."));
        server.post("/responses", request(List.of(
                part -> part.put("file_id", file), part -> part.put("file_data", base64(PNG))))).ok();
        String url = "data:image/png;base64," + base64(PNG);
        assertThat(asked().at("/1/image_url/url").asText()).isEqualTo(url);
        assertThat(asked().at("/2/image_url/url").asText()).isEqualTo(url);
    }

    @Test
    void aConversationKeepsTheFileForItsRunsToo() throws InterruptedException {
        String conversation = server.post("/conversations",
                """
                        {"items": [{"role": "user", "content": [{"type": "input_file", "filename": "a.txt", "file_data": "%s"}]}]}"""
                        .formatted(base64(bytes("The code is 17."))))
                .id();
        server.models().enqueue(Script.chat("17"));
        try (EventReader reader = server.run(
                server.newAssistant("{\"model\":\"m\"}"), conversation.replace("conv_", "thread_"))) {
            reader.rest();
        }
        assertThat(asked().asText()).isEqualTo("\n[File a.txt]\nThe code is 17.\n[End of file]\n");
        assertThat(server.get("/conversations/" + conversation + "/items?order=asc").ok()
                .at("/data/0/content/0/filename").asText()).isEqualTo("a.txt");
    }

    @Test
    void whatCannotBeReadIsRefusedAndNothingIsLeftBehind() {
        String conversation = server.post("/conversations", "{}").id();
        List<Consumer<ObjectNode>> parts = List.of(
                part -> part.put("file_id", "file-none"),
                part -> part.put("file_data", "*").put("filename", "a.txt"),
                part -> part.put("file_data", base64(bytes("PK"))).put("filename", "a.xlsx"),
                part -> part.put("file_data", base64(bytes("no PDF"))).put("filename", "a.pdf"),
                part -> part.put("file_data", base64(bytes("x".repeat(2_000_001)))).put("filename", "a.txt"),
                part -> part.put("file_url", "http://127.0.0.1:1/a.pdf"),
                part -> part.put("filename", "a.txt"));
        for (Consumer<ObjectNode> part : parts) {
            String json = request(part);
            Answer answer = server.post(
                    "/responses", "{\"conversation\":\"" + conversation + "\"," + json.substring(1));
            assertThat(answer.status()).as(json.substring(0, Math.min(300, json.length()))).isIn(400, 404);
            assertThat(answer.error().path("message").asText()).isNotBlank();
            assertThat(answer.error().path("param").asText()).startsWith("input");
        }
        assertThat(server.models().requests()).isEmpty();
        assertThat(server.get("/conversations/" + conversation + "/items").ok().path("data")).isEmpty();
    }

    @Test
    void whatIsNoBase64IsRefusedAndLineEndsAreSkipped() throws InterruptedException {
        for (String data : List.of("@@@", "aGVs*bG8=", "aGVs bG8=", "data:text/plain;base64,aGVs*bG8=")) {
            Answer refused = server.post("/responses", request(
                    part -> part.put("filename", "a.txt").put("file_data", data)));
            assertThat(refused.status()).as(data).isEqualTo(400);
            assertThat(refused.error().path("message").asText()).as(data).contains("base64");
        }
        server.models().enqueue(Script.chat("a"));
        server.post("/responses", request(
                part -> part.put("filename", "a.txt").put("file_data", "aGVs\r\nbG8=\n"))).ok();
        assertThat(asked().toString()).contains("hello");
    }

    @Test
    void outputsOfFunctionsHaveFilesAndImages() throws InterruptedException {
        server.models().enqueue(Script.chat("a"));
        String file = server.upload(Multipart.file("notes.txt", "stored notes")).id();
        JsonNode response = server.post("/responses",
                """
                        {"model": "m", "input": [{"role": "user", "content": "q"},
                         {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                         {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "See: "},
                          {"type": "input_file", "filename": "a.txt", "file_data": "%s"}, {"type": "input_file", "file_id": "%s"},
                          {"type": "input_image", "image_url": "https://example.org/a.png"},
                          {"type": "input_file", "filename": "b.png", "file_data": "%s"}]}]}"""
                        .formatted(base64(bytes("given notes")), file, base64(PNG)))
                .ok();

        JsonNode messages = server.models().awaitRequest(0, TestServer.PATIENCE).json().path("messages");
        assertThat(messages.at("/2/role").asText()).isEqualTo("tool");
        assertThat(messages.at("/2/content").asText()).containsSubsequence(
                "See: ", "a.txt", "given notes", "notes.txt", "stored notes", "An image", "An image");
        JsonNode output = server.get("/responses/" + response.path("id").asText() + "/input_items").ok()
                .at("/data/0/output");
        assertThat(output.at("/1")).isEqualTo(Answer.tree("{\"type\":\"input_file\",\"filename\":\"a.txt\"}"));
        assertThat(output.at("/2/file_id").asText()).isEqualTo(file);
        assertThat(output.at("/2").has("text")).isFalse();
        assertThat(output.at("/3/image_url").asText()).isEqualTo("https://example.org/a.png");
        assertThat(output.at("/4/image_url").asText()).startsWith("data:image/png;base64,");
        assertThat(server.post("/responses",
                """
                        {"model": "m", "input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                         {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_file", "file_id": "file-none"}]}]}""")
                .status()).isEqualTo(404);
    }
}
