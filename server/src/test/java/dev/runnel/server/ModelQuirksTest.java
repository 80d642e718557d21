package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Replies as model servers really send them, and the run that comes of them. */
@Timeout(60)
class ModelQuirksTest extends ModelQuirks {
    private static final String HELLO = chunk("{\"content\":\"Hello\"}", "\"stop\"");

    private static String said(List<Event> events) {
        return only(events, "thread.message.completed").json().at("/content/0/text/value").asText();
    }

    // ---- what nobody asked for is not sent

    @Test
    void whatWasNotSetIsNotSent() throws InterruptedException {
        run(Script.chat("Hello"));
        RecordedRequest seen = server.models().awaitRequest(0, TestServer.PATIENCE);
        assertThat(seen.json().at("/tools/0/function").has("strict")).isFalse();
        assertThat(seen.headers()).doesNotContainKey("OpenAI-Beta").containsEntry("Runnel-Hops", "1");
    }

    @Test
    void strictIsSentIfItIsWanted() throws InterruptedException {
        server.models().enqueue(Script.chat("Hello"));
        String assistant = server.newAssistant("""
                {"model": "m", "tools": [{"type": "function", "function": {"name": "weather", "strict": true,
                 "parameters": {"type": "object", "properties": {}, "additionalProperties": false}}}]}""");
        try (EventReader reader = server.run(assistant, server.newThread())) {
            reader.rest();
        }
        assertThat(
                server.models().awaitRequest(0, TestServer.PATIENCE).json().at("/tools/0/function/strict").asBoolean())
                .isTrue();
    }

    // ---- endings

    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            stop,           completed
            end_turn,       completed
            who knows,      completed
            max_tokens,     incomplete
            MAX_TOKENS,     incomplete
            SAFETY,         incomplete
            abort,          failed
            error,          failed
            engine_error,   failed
            FinishReason.MAX_TOKENS, incomplete
            """)
    void anEndingMeansTheSameUnderEachOfItsNames(String reason, String status) {
        List<Event> events = run(Script.finish(reason, "Hello"));
        JsonNode run = server.get(TestServer.runPath(events)).ok();
        assertThat(run.path("status").asText()).isEqualTo(status);
        if (status.equals("failed")) {
            assertThat(run.at("/last_error/message").asText()).contains("'" + reason + "'");
        }
    }

    @Test
    void aReplyThatWasCutOffStaysSo() {
        List<Event> events = run(
                Script.sse().data(HELLO.replace("stop", "length")).data(chunk("{}", "\"stop\"")).done());
        assertThat(server.get(TestServer.runPath(events)).ok().path("status").asText()).isEqualTo("incomplete");
    }

    @Test
    void aModelThatOnlyReasonedIsSaidToHave() {
        List<Event> events = run(Script.reply().think("I wonder ", "what").end("stop"));
        assertThat(failure(events).path("message").asText())
                .contains("13 characters of reasoning, but no text and no tool call");
    }

    // ---- streams that are not quite as they should be

    static Stream<Arguments> understood() throws IOException {
        String hel = chunk("{\"content\":\"Hel\"}", "null");
        byte[] cut = chunk("{\"content\":\"Hel#\"}", "null").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < cut.length; i++) {
            cut[i] = cut[i] == '#' ? (byte) 0xE2 : cut[i];
        }
        String whole = "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},"
                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";
        byte[] stream = ("data: " + HELLO + "\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                Arguments.of("empty data", Script.sse().raw("data:\n\ndata: \n\n").data(HELLO).done(), "Hello"),
                Arguments.of("null", Script.sse().data("null").data(HELLO).done(), "Hello"),
                Arguments.of("data that says nothing",
                        Script.sse().data("{}").data("\"\"").data("[]").data(HELLO).done(), "Hello"),
                Arguments.of("an end mark as a JSON string", Script.sse().data(hel).data("\"[DONE]\""), "Hel"),
                Arguments.of("an end mark in lower case", Script.sse().data(hel).data("[done]"), "Hel"),
                Arguments.of("an end mark without brackets", Script.sse().data(hel).data("DONE"), "Hel"),
                Arguments.of("an event that is the end mark", Script.sse().data(hel).event("done", "{}"), "Hel"),
                Arguments.of("no blank lines between chunks",
                        Script.sse().raw("data: " + hel + "\ndata: " + HELLO + "\ndata: [DONE]\n"), "HelHello"),
                Arguments.of("a chunk a line", Script.json(200, hel + "\n" + HELLO + "\n"), "HelHello"),
                Arguments.of("no blank lines, and the connection stays open",
                        Script.sse().raw("data: " + hel + "\ndata: " + HELLO + "\ndata: [DONE]\n\n").stall(),
                        "HelHello"),
                Arguments.of("no blank lines, and more after the end mark",
                        Script.sse().raw("data: " + hel + "\ndata: [DONE]\ndata: " + HELLO + "\n\n").stall(), "Hel"),
                Arguments.of("the last chunk in an event of its own name",
                        Script.sse().data(hel).event("done", HELLO), "HelHello"),
                Arguments.of("a chunk without the word data", Script.sse().data(hel).raw(HELLO + "\n\n").done(),
                        "HelHello"),
                Arguments.of("signs of life",
                        Script.sse().data("ping").data(hel).data("true").data("keep-alive").data(HELLO)
                                .done(),
                        "HelHello"),
                Arguments.of("another end mark", Script.sse().data(hel).data(HELLO).data("[END]").stall(), "HelHello"),
                Arguments.of("the model's end of text", Script.sse().data(HELLO).data("<|endoftext|>").stall(),
                        "Hello"),
                Arguments.of("no error, on a line of its own",
                        Script.sse().raw("data: {\"error\":null,\ndata: " + HELLO.substring(1) + "\n\n").done(),
                        "Hello"),
                Arguments.of("usage beside an empty message", Script.sse().data(HELLO)
                        .data("{\"message\":\"\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}").done(),
                        "Hello"),
                Arguments.of("success, in words of its own",
                        Script.sse().data("{\"code\":200,\"msg\":\"ok\"}").data(HELLO)
                                .data("{\"code\":0,\"message\":\"success\"}").done(),
                        "Hello"),
                Arguments.of("a connection that breaks after the end", Script.sse().data(HELLO).close(), "Hello"),
                Arguments.of("the whole message at the end", Script.sse().data(hel).data(HELLO.replace("Hello", "lo"))
                        .data(chunk("{\"content\":\"\"},\"message\":{\"content\":\"Hello\"}", "\"stop\"")).done(),
                        "Hello"),
                Arguments.of("the message so far in each chunk", Script.sse()
                        .data(chunk("{\"content\":\"Hel\"},\"message\":{\"content\":\"Hel\"}", "null"))
                        .data(chunk("{\"content\":\"lo\"},\"message\":{\"content\":\"Hello\"}", "\"stop\"")).done(),
                        "Hello"),
                Arguments.of("the form of plain completions", Script.sse()
                        .data("{\"choices\":[{\"index\":0,\"text\":\"Hello\",\"finish_reason\":\"stop\"}]}").done(),
                        "Hello"),
                Arguments.of("a delta that is text", Script.sse().data(chunk("\"Hello\"", "\"stop\"")).done(), "Hello"),
                Arguments.of("text in a value", Script.sse().data(
                        chunk("{\"content\":[{\"type\":\"text\",\"text\":{\"value\":\"Hello\"}}]}", "\"stop\"")).done(),
                        "Hello"),
                Arguments.of("another index", Script.sse().data(HELLO.replace("\"index\":0", "\"index\":1")).done(),
                        "Hello"),
                Arguments.of("an empty message beside the delta", Script.sse().data(hel.replace("\"delta\"",
                        "\"message\":{\"content\":\"\"},\"delta\"")).data(HELLO).done(), "HelHello"),
                Arguments.of("a character cut in two",
                        Script.sse().raw("data: ").raw(cut).raw("\n\n").data(HELLO).done(),
                        "Hel\uFFFDHello"),
                Arguments.of("NaN and endless numbers", Script.sse()
                        .data("{\"x\":NaN,\"y\":1e99999999999," + HELLO.substring(1)).done(), "Hello"),
                Arguments.of("events of other names", Script.sse()
                        .event("status", "{\"message\":\"still working\"}").event("ping", "pong")
                        .event("completion", HELLO).event("usage", "{\"detail\":\"x\"}").done(), "Hello"),
                Arguments.of("a whole completion", Script.json(200, whole), "Hello"),
                Arguments.of("a whole completion called a stream", Script.sse().raw(" \n" + whole), "Hello"),
                Arguments.of("gzip", Script.sse().header("content-encoding", "gzip")
                        .raw(packed(stream, GZIPOutputStream::new)), "Hello"),
                Arguments.of("deflate", Script.sse().header("content-encoding", "deflate")
                        .raw(packed(stream, DeflaterOutputStream::new)), "Hello"),
                Arguments.of("gzip by name alone", Script.sse().header("content-encoding", "gzip").data(HELLO).done(),
                        "Hello"));
    }

    private interface Packer {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] packed(byte[] bytes, Packer packer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = packer.over(out)) {
            packing.write(bytes);
        }
        return out.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("understood")
    void whatCanBeUnderstoodIs(String what, Script script, String text) {
        List<Event> events = run(script);
        assertThat(names(events)).as(what + events).endsWith("thread.run.completed", "done");
        assertThat(said(events)).as(what).isEqualTo(text);
    }

    static Stream<Arguments> errors() {
        String hel = chunk("{\"content\":\"Hel\"}", "null");
        return Stream.of(
                Arguments.of("an error line",
                        Script.sse().raw("error: {\"code\":500,\"message\":\"slot unavailable\"}\n\n"),
                        "slot unavailable"),
                Arguments.of("text", Script.reply("Hel").data("[ERROR] CUDA out of memory"), "CUDA out of memory"),
                Arguments.of("an error event of text", Script.reply("Hel").event("error", "KV cache is full"),
                        "KV cache is full"),
                Arguments.of("an error event of JSON without an envelope",
                        Script.reply("Hel").event("error", "{\"message\":\"overloaded\"}"), "overloaded"),
                Arguments.of("an error in a choice", Script.reply("Hel").data(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                                + "\"error\":{\"message\":\"no worker left\"},\"finish_reason\":\"stop\"}]}")
                        .done(),
                        "no worker left"),
                Arguments.of("a list of errors", Script.reply("Hel").data("{\"error\":[\"no worker left\"]}"),
                        "no worker left"),
                Arguments.of("an error with a code and msg",
                        Script.json(200, "{\"code\":1301,\"msg\":\"no worker left\"}"),
                        "no worker left"),
                Arguments.of("an error without a message", Script.reply("Hel").data("{\"error\":{\"code\":507}}"),
                        "507"),
                Arguments.of("an error beside text", Script.sse()
                        .data(hel.replace("{\"id\"", "{\"error\":{\"message\":\"boom\"},\"id\"")).done(), "boom"),
                Arguments.of("an error as text beside an end", Script.sse()
                        .data(HELLO.replace("{\"id\"", "{\"error\":\"boom\",\"id\"")).done(), "boom"),
                Arguments.of("an error among a server's own members", Script.sse()
                        .data(HELLO.replace("{\"id\"", "{\"x_groq\":{\"error\":\"over_capacity\"},\"id\"")).done(),
                        "over_capacity"),
                Arguments.of("an error line without the word data", Script.sse().data(hel)
                        .raw("{\"error\":{\"message\":\"no worker left\"}}\n\n").closeDelimited(), "no worker left"),
                Arguments.of("an error line in capitals", Script.sse().data(hel)
                        .raw("ERROR: {\"message\":\"no worker left\"}\n\n").closeDelimited(), "no worker left"),
                Arguments.of("a line of words", Script.sse().data(hel).raw("Internal Server Error\n").closeDelimited(),
                        "Internal Server Error"),
                Arguments.of("an exception",
                        Script.sse().data(hel).event("Exception", "no worker left").closeDelimited(),
                        "no worker left"),
                Arguments.of("a type and a reason", Script.sse().data(hel)
                        .data("{\"type\":\"error\",\"code\":\"overloaded\",\"reason\":\"no worker left\"}")
                        .closeDelimited(),
                        "no worker left"),
                Arguments.of("an announced call that does not come",
                        Script.sse().data(chunk("{}", "\"tool_calls\"")).done(),
                        "'tool_calls'"),
                Arguments.of("a redirect to elsewhere", Script.plain().status(307)
                        .header("location", "https://elsewhere.example/v1/chat/completions?sig=1"),
                        "https://elsewhere.example/v1/chat/completions"),
                Arguments.of("a zip bomb", bomb(), "16777216"));
    }

    private static Script bomb() {
        try {
            return Script.sse().header("content-encoding", "gzip")
                    .raw(packed(new byte[64 * 1024 * 1024], GZIPOutputStream::new)).stall();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void theReasonIsInTheServersOwnWords(String what, Script script, String words) {
        assertThat(failure(run(script)).path("message").asText()).as(what).contains(words);
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void aRedirectWithinTheSameServerIsFollowed(int status) throws InterruptedException {
        server.models().enqueue(Script.plain().status(status).header("location", "/other/chat/completions"));
        assertThat(said(run(Script.chat("Hello")))).isEqualTo("Hello");
        RecordedRequest second = server.models().awaitRequest(1, TestServer.PATIENCE);
        assertThat(second.path()).isEqualTo("/other/chat/completions");
        assertThat(second.body()).isEqualTo(server.models().awaitRequest(0, TestServer.PATIENCE).body());
    }

    @Test
    void absurdCountsAreCountedAnew() {
        List<Event> events = run(Script.sse().data(HELLO)
                .data("{\"choices\":[],\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":-3}}")
                .done());
        JsonNode usage = server.get(TestServer.runPath(events)).ok().path("usage");
        assertThat(usage.path("prompt_tokens").asLong()).isBetween(1L, 100L);
        assertThat(usage.path("completion_tokens").asLong()).isBetween(1L, 100L);
    }

    // ---- strict templates

    @Test
    void aStrictTemplateIsAskedOnceMoreInItsOrderAndRemembered() throws InterruptedException {
        server.models().answer(request -> alternates(request.json().path("messages"))
                ? Script.chat("Hello")
                : Script.error(400, "BadRequestError",
                        "Conversation roles must alternate user/assistant/user/assistant/..."));
        String thread = server.post("/threads", """
                {"messages": [{"role": "assistant", "content": "Ask."}, {"role": "user", "content": "A"},
                              {"role": "user", "content": [{"type": "text", "text": "B"}]}]}""").id();
        String assistant = server.newAssistant("{\"model\": \"m\", \"instructions\": \"Be brief.\"}");
        for (int i = 0; i < 2; i++) {
            try (EventReader reader = server.run(assistant, thread)) {
                assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
            }
        }
        assertThat(server.models().requests()).hasSize(3);
        JsonNode messages = server.models().awaitRequest(1, TestServer.PATIENCE).json().path("messages");
        assertThat(messages).extracting(message -> message.path("role").asText())
                .containsExactly("system", "user", "assistant", "user");
        assertThat(messages.get(3).path("content").asText()).isEqualTo("A\n\nB");
    }

    /** As LM Studio refuses: with status 200. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTemplateThatRefusesWithinTheStreamIsAskedOnceMoreToo(boolean stream) {
        String refusal = "{\"error\":{\"message\":\"Error rendering prompt with jinja template: \\\"Conversation roles must"
                + " alternate user/assistant\\\"\"}}";
        server.models().answer(request -> alternates(request.json().path("messages")) ? Script.chat("Hello")
                : stream ? Script.sse().event("error", refusal) : Script.json(200, refusal));
        String thread = server.post("/threads", """
                {"messages": [{"role": "user", "content": "A"}, {"role": "user", "content": "B"}]}""").id();
        for (int i = 0; i < 2; i++) {
            try (EventReader reader = server.run(server.newAssistant("{\"model\": \"m\"}"), thread)) {
                assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
            }
        }
        assertThat(server.models().requests()).hasSize(3);
    }

    @Test
    void aTemplateWithoutASystemIsToldItsMessageByTheUser() throws InterruptedException {
        server.models().answer(request -> request.json().at("/messages/0/role").asText().equals("user")
                ? Script.chat("Hello")
                : Script.error(400, "BadRequestError", "System role not supported"));
        String assistant = server.newAssistant("{\"model\": \"m\", \"instructions\": \"Be brief.\"}");
        try (EventReader reader = server.run(assistant, server.newThread())) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
        assertThat(server.models().awaitRequest(1, TestServer.PATIENCE).json().at("/messages/0/content").asText())
                .isEqualTo("Be brief.\n\nHi");
    }

    private static boolean alternates(JsonNode messages) {
        String expected = "user";
        for (JsonNode message : messages) {
            String role = message.path("role").asText();
            if (!role.equals("system")) {
                if (!role.equals(expected)) {
                    return false;
                }
                expected = expected.equals("user") ? "assistant" : "user";
            }
        }
        return true;
    }
}
