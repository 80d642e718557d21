package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Files in messages: images that the model is shown, and attachments. */
@Timeout(180)
class MessageFilesTest {
    private static final String PNG = "\u0089PNG\r\n\u001a\n\u0000pixels\u00ff";

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

    private static byte[] latin(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String upload(String name, byte[] bytes) {
        return server.upload(Multipart.file(name, bytes)).id();
    }

    /** A message that shows an image. */
    private static String showing(String id) {
        return """
                {"role": "user", "content": [{"type": "text", "text": "What is it?"},
                 {"type": "image_file", "image_file": {"file_id": "%s", "detail": "low"}}]}""".formatted(id);
    }

    private static String attaching(String id, String tools) {
        return "{\"role\": \"user\", \"content\": \"Hi\", \"attachments\": [{\"file_id\": \"" + id + "\"" + tools
                + "}]}";
    }

    private String threadShowing(String id) {
        return server.post("/threads", "{\"messages\": [" + showing(id) + "]}").id();
    }

    private List<Event> run(String thread) {
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            return reader.rest();
        }
    }

    /** The content of the last message that the model server got. */
    private JsonNode seenByModel() throws InterruptedException {
        JsonNode messages = server.models().awaitRequest(0, TestServer.PATIENCE).json().path("messages");
        return messages.path(messages.size() - 1).path("content");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "photo | \u0089PNG\\r\\n\u001a\\n..... | image/png",
        "photo.png | \u00ff\u00d8\u00ff\u00e0.......... | image/jpeg",
        "photo | GIF89a........ | image/gif",
        "photo | RIFF....WEBPVP8 | image/webp",
        "photo.bmp | BM.......... | image/bmp",
        "photo.jpg | ? | image/jpeg"})
    void theModelIsShownTheImageAsADataUrl(String name, String content, String type) throws InterruptedException {
        byte[] bytes = latin(content.replace("\\r", "\r").replace("\\n", "\n"));
        run(threadShowing(upload(name, bytes)));

        JsonNode parts = seenByModel();
        assertThat(parts.path(0)).isEqualTo(Answer.tree("{\"type\":\"text\",\"text\":\"What is it?\"}"));
        assertThat(parts.path(1)).isEqualTo(Answer.tree(
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:" + type + ";base64,"
                        + Base64.getEncoder().encodeToString(bytes) + "\",\"detail\":\"low\"}}"));
    }

    @Test
    void theMessageItselfKeepsShowingTheFile() {
        String id = upload("a.png", latin(PNG));
        String thread = threadShowing(id);
        run(thread);

        assertThat(server.get("/threads/" + thread + "/messages?order=asc").ok().at("/data/0/content/1"))
                .isEqualTo(Answer.tree("{\"type\":\"image_file\",\"image_file\":{\"file_id\":\"" + id
                        + "\",\"detail\":\"low\"}}"));
    }

    @Test
    void imagesMayBeInAnyMessageARequestAdds() throws InterruptedException {
        String message = showing(upload("a.png", latin(PNG)));
        String assistant = server.newAssistant();
        String thread = server.newThread();
        server.post("/threads/" + thread + "/messages", message).ok();
        server.stream("/threads/" + thread + "/runs", "{\"assistant_id\": \"" + assistant
                + "\", \"stream\": true, \"additional_messages\": [" + message + "]}").rest();
        server.stream("/threads/runs", "{\"assistant_id\": \"" + assistant
                + "\", \"stream\": true, \"thread\": {\"messages\": [" + message + "]}}").rest();

        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(latin(PNG));
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).json().findValuesAsText("url"))
                .containsExactly(url, url);
        assertThat(server.models().awaitRequest(1, TestServer.PATIENCE).json().findValuesAsText("url"))
                .containsExactly(url);
    }

    @Test
    void aFileThatIsNotThereIsRefusedBeforeAnythingIsWritten() {
        String assistant = server.newAssistant();
        String thread = server.newThread();
        String run = "{\"assistant_id\": \"" + assistant + "\", ";
        for (String message : List.of(showing("file-none"), attaching("file-none", ""))) {
            for (Answer answer : List.of(
                    server.post("/threads", "{\"messages\": [" + message + "]}"),
                    server.post("/threads/" + thread + "/messages", message),
                    server.post("/threads/" + thread + "/runs", run + "\"additional_messages\": [" + message + "]}"),
                    server.post("/threads/runs", run + "\"thread\": {\"messages\": [" + message + "]}}"))) {
                assertThat(answer.status()).as(answer.body()).isEqualTo(404);
                assertThat(answer.error().path("message").asText()).isEqualTo("No such File object: file-none");
                assertThat(answer.error().path("param").asText()).isEqualTo("file_id");
            }
        }
        assertThat(server.get("/threads/" + thread + "/messages").ids()).hasSize(1);
        assertThat(server.get("/threads/" + thread + "/runs").ids()).isEmpty();
        assertThat(server.get("/threads").ids()).containsExactly(thread);
    }

    private void assertInvalidPrompt(List<Event> events, String... words) {
        JsonNode error = only(events, "thread.run.failed").json().path("last_error");
        assertThat(error.path("code").asText()).isEqualTo("invalid_prompt");
        assertThat(error.path("message").asText()).contains(words);
    }

    @Test
    void aRunThatWouldShowADeletedImageFails() {
        String id = upload("a.png", latin(PNG));
        String thread = threadShowing(id);
        server.send("DELETE", "/files/" + id, "").ok();

        assertInvalidPrompt(run(thread), id, "deleted");
        assertThat(server.models().requests()).isEmpty();
    }

    @Test
    void whatIsNoImageCannotBeShownAsOne() {
        String id = upload("notes.txt", latin("GIF, said he"));

        assertInvalidPrompt(run(threadShowing(id)), id, "notes.txt");
        assertThat(server.models().requests()).isEmpty();
    }

    @Test
    void anImageHasALimitAndSoHaveAllOfAPrompt() {
        byte[] largest = new byte[20 * 1024 * 1024];
        System.arraycopy(latin(PNG), 0, largest, 0, PNG.length());
        String id = upload("largest.png", largest);
        String tooLarge = upload("larger.png", new byte[largest.length + 1]);

        assertInvalidPrompt(run(threadShowing(tooLarge)), tooLarge, "20971520");
        String four = String.join(",", showing(id), showing(id), showing(id), showing(id));
        assertInvalidPrompt(run(server.post("/threads", "{\"messages\": [" + four + "]}").id()), "83886080 bytes");
        assertThat(server.models().requests()).isEmpty();
    }

    @Test
    void aModelThatTakesNoImagesFailsTheRun() {
        server.models().enqueue(Script.error(400, "invalid_request_error", "this model has no eyes"));

        assertInvalidPrompt(run(threadShowing(upload("a.png", latin(PNG)))), "this model has no eyes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'type':'image_file'} | content[0].image_file | missing_required_parameter",
        "{'type':'image_file','image_file':'file-1'} | content[0].image_file | invalid_type",
        "{'type':'image_file','image_file':{}} | content[0].image_file.file_id | missing_required_parameter",
        "{'type':'image_file','image_file':{'file_id':'f','detail':'x'}} | content[0].image_file.detail | invalid_value",
        "{'type':'image_file','image_file':{'file_id':'f','url':'x'}} | content[0].image_file.url | unknown_parameter"})
    void anImagePartThatIsWrongIsNamedByItsPath(String part, String param, String code) {
        Answer answer = server.post("/threads/" + server.newThread() + "/messages",
                "{\"role\":\"user\",\"content\":[" + part.replace('\'', '"') + "]}");

        assertRefused(answer, param, code);
    }

    private static void assertRefused(Answer answer, String param, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
        assertThat(answer.error().path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"tools\": []", ", \"tools\": null"})
    void anAttachmentForNoToolIsKept(String tools) {
        String id = upload("a.txt", latin("text"));
        String thread = server.newThread();
        JsonNode message = server.post("/threads/" + thread + "/messages", attaching(id, tools)).ok();

        assertThat(message.path("attachments"))
                .isEqualTo(Answer.tree("[{\"file_id\":\"" + id + "\",\"tools\":[]}]"));
        assertThat(server.get("/threads/" + thread + "/messages/" + message.path("id").asText()).ok())
                .isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'tools':[{'type':'code_interpreter'}]} | attachments[0].tools[0].type | unsupported_tool",
        "{'tools':[{'type':'hammer'}]} | attachments[0].tools[0].type | invalid_value",
        "{'tools':[{}]} | attachments[0].tools[0].type | missing_required_parameter",
        "{'tools':'file_search'} | attachments[0].tools | invalid_type",
        "{'name':'a.txt'} | attachments[0].name | unknown_parameter",
        "{'file_id':7} | attachments[0].file_id | invalid_type"})
    void anAttachmentForAToolThatThereIsNotIsRefused(String attachment, String param, String code) {
        String id = upload("a.txt", latin("text"));
        String named = attachment.contains("file_id") ? attachment
                : "{'file_id':'" + id + "'," + attachment.substring(1);
        String body = "{'role':'user','content':'Hi','attachments':[" + named + "]}";
        String thread = server.newThread();

        assertRefused(server.post("/threads/" + thread + "/messages", body.replace('\'', '"')), param, code);
        assertThat(server.get("/threads/" + thread + "/messages").ids()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'code_interpreter':{'file_ids':['file-1']}} | .code_interpreter.file_ids | unsupported_tool",
        "{'code_interpreter':{'file_ids':'file-1'}} | .code_interpreter.file_ids | invalid_type",
        "{'code_interpreter':{'file_ids':[1]}} | .code_interpreter.file_ids[0] | invalid_type",
        "{'code_interpreter':{'files':[]}} | .code_interpreter.files | unknown_parameter",
        "{'file_search':{'vector_store_ids':['a','b']}} | .file_search.vector_store_ids | array_above_max_length",
        "{'file_search':{'vector_store_ids':'vs_1'}} | .file_search.vector_store_ids | invalid_type",
        "{'web_search':{}} | .web_search | unknown_parameter",
        "{'file_search':[]} | .file_search | invalid_type"})
    void toolResourcesForToolsThatThereAreNotAreRefused(String resources, String param, String code) {
        String given = "\"tool_resources\": " + resources.replace('\'', '"') + "}";
        String assistant = server.newAssistant();
        String thread = server.newThread();
        String path = "tool_resources" + param;
        assertRefused(server.post("/assistants", "{\"model\": \"m\", " + given), path, code);
        assertRefused(server.post("/assistants/" + assistant, "{" + given), path, code);
        assertRefused(server.post("/threads", "{" + given), path, code);
        assertRefused(server.post("/threads/" + thread, "{" + given), path, code);
        assertRefused(
                server.post("/threads/runs", "{\"assistant_id\": \"" + assistant + "\", " + given), path, code);
        assertRefused(
                server.post("/threads/runs", "{\"assistant_id\": \"" + assistant + "\", \"thread\": {" + given + "}"),
                "thread." + path, code);
    }

    @Test
    void toolResourcesThatNameNothingAreEchoed() {
        String resources = "{\"code_interpreter\":{\"file_ids\":[]},\"file_search\":{\"vector_store_ids\":[]}}";

        assertThat(server.post("/threads", "{\"tool_resources\":" + resources + "}").ok().path("tool_resources"))
                .isEqualTo(Answer.tree(resources));
    }
}
