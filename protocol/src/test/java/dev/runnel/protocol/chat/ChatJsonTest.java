package dev.runnel.protocol.chat;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatChunk.Choice;
import dev.runnel.protocol.chat.ChatChunk.Delta;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Chunks and completions as the model servers in the field write them. */
class ChatJsonTest {

    @Test
    void aChunkAsTheProtocolHasIt() {
        assertThat(chunk("""
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o",
                "choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,
                "finish_reason":null}],"usage":null,"obfuscation":"aBc"}"""))
                .isEqualTo(ChatChunk.of("chatcmpl-1", "gpt-4o", 1760000000, Delta.role("assistant"), null));
    }

    @Test
    void anAzureChunkWithoutChoicesOrNamesIsEmpty() {
        assertThat(chunk("""
                {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,
                "content_filter_results":{"hate":{"filtered":false}}}]}"""))
                .isEqualTo(new ChatChunk("", "", 0, List.of(), null));
    }

    @Test
    void anAzureChunkWithoutADeltaIsEmpty() {
        assertThat(chunk("""
                {"choices":[{"content_filter_offsets":{"check_offset":44},"content_filter_results":{},
                "finish_reason":null,"index":0}]}""").choices())
                .containsExactly(new Choice(0, Delta.EMPTY, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"id\":null,\"model\":null,\"created\":null,\"choices\":null,\"usage\":null}",
        "{\"choices\":{},\"usage\":7,\"created\":\"now\",\"timings\":{\"a\":[1]}}", "{\"choices\":[null,1,\"x\",[]]}"})
    void whatIsMissingOrOfAnotherKindIsEmpty(String json) {
        assertThat(chunk(json)).isEqualTo(new ChatChunk("", "", 0, List.of(), null));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"assistant","content":"a"}                   | assistant | a  | `` | ``
            {"role":"","content":"a"}                            | ``        | a  | `` | ``
            {"content":" "}                                      | ``        | ` `| `` | ``
            {"content":null}                                     | ``        | `` | `` | ``
            {"content":["a",{"type":"text","text":"b"}]}         | ``        | ab | `` | ``
            {"content":[{"type":"text","text":null},{"type":"thinking","thinking":[]}]} | `` | `` | `` | ``
            {"content":7}                                        | ``        | 7  | `` | ``
            {"content":true}                                     | ``        | `` | `` | ``
            {"content":{"type":"text","text":"a"}}               | ``        | a  | `` | ``
            {"content":[{"text":"hm","type":"reasoning"},{"type":"text","text":"a"}]} | `` | a | `` | hm
            {"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},"a"]} | `` | a | `` | hm
            {"thinking":"hm"}                                    | ``        | `` | `` | hm
            {"reasoning_text":"hm","content":"a"}                | ``        | a  | `` | hm
            {"reasoning_details":[{"type":"reasoning.text","text":"hm"}]} | `` | `` | `` | hm
            {"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]} | `` | `` | `` | hm
            {"refusal":"no"}                                     | ``        | `` | no | ``
            {"reasoning_content":"hm","content":null}            | ``        | `` | `` | hm
            {"reasoning":"hm"}                                   | ``        | `` | `` | hm
            {"reasoning":"hm","reasoning_content":"hm"}          | ``        | `` | `` | hm
            {"reasoning":null,"reasoning_content":"hm"}          | ``        | `` | `` | hm
            {"content":"<think>x</think>a"}                      | ``        | <think>x</think>a | `` | ``
            {"tool_calls":null,"content":"a"}                    | ``        | a  | `` | ``
            {"tool_calls":{},"content":"a"}                      | ``        | a  | `` | ``
            null                                                 | ``        | `` | `` | ``
            """)
    void aDeltaIsReadForTheTextItHolds(String delta, String role, String content, String refusal, String reasoning) {
        assertThat(chunk("{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}").choices())
                .containsExactly(new Choice(0, new Delta(role, content, refusal, reasoning, List.of()), null));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"message\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":null},\"delta\":{\"content\":\"a\"}}]}",
        "{\"choices\":{\"index\":0,\"delta\":{\"content\":\"a\"}}}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"},\"delta\":{}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"},\"delta\":null}]}"})
    void ofADeltaAndAMessageTheOneThatSaysSomethingIsTaken(String json) {
        assertThat(chunk(json).text()).isEqualTo("a");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(nullValues = "-", value = {"null, -", "'\"\"', -", "'\"stop\"', stop", "7, -", "false, -",
        "'\"null\"', -", "'\"None\"', -", "'{\"type\":\"length\",\"length\":5}', length", "'{\"type\":{}}', -"})
    void anEmptyFinishReasonIsNone(String json, @Nullable String reason) {
        assertThat(chunk("{\"choices\":[{\"index\":1,\"finish_reason\":" + json + "}]}").choices())
                .containsExactly(new Choice(1, Delta.EMPTY, reason));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}} | 0 | c  | f  | ``
            {"index":0,"function":{"arguments":"{\\\"a"}}                                  | 0 | `` | `` | {"a
            {"index":null,"id":"c","function":{"name":"f","arguments":"{}"}}              | - | c  | f  | {}
            {"id":"","type":"","function":{"name":"","arguments":"1"}}                    | - | `` | `` | 1
            {"id":null,"function":{"name":null,"arguments":null}}                         | - | `` | `` | ``
            {"index":1,"id":"c","function":{"name":"f","arguments":{"a":[1]}}}            | 1 | c  | f  | {"a":[1]}
            {"id":"c"}                                                                    | - | c  | `` | ``
            {"index":"2","id":"c","function":{"arguments":"1"}}                           | 2 | c  | `` | 1
            {"index":2.0,"id":7,"function":{"arguments":"1"}}                             | 2 | 7  | `` | 1
            {"index":-1,"id":"c"}                                                         | - | c  | `` | ``
            {"index":99999999999,"id":"c"}                                                | - | c  | `` | ``
            {"index":0,"id":"c","name":"f","arguments":"{}"}                              | 0 | c  | f  | {}
            {"index":0,"id":"c","function":{"name":"f","parameters":{"a":1}}}             | 0 | c  | f  | {"a":1}
            {"index":0,"id":"c","function":{"name":"f","arguments":{}}}                   | 0 | c  | f  | ``
            """)
    void aToolCallFragmentIsReadForWhatItHolds(
            String call, @Nullable Integer index, String id, String name, String arguments) {
        assertThat(chunk("{\"choices\":[{\"delta\":{\"tool_calls\":[" + call + "]}}]}").choices().get(0).delta()
                .toolCalls()).containsExactly(new ToolCallFragment(index, id, name, arguments, null));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"tool_calls":{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}}        | 0 | c
            {"function_call":{"name":"f","arguments":"{}"}}                                     | 0 | ``
            {"tool_calls":null,"function_call":{"name":"f","arguments":"{}"}}                   | 0 | ``
            {"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}],"function_call":{}} | 0 | c
            """)
    void oneCallMayStandWithoutAList(String delta, int index, String id) {
        assertThat(chunk("{\"choices\":[{\"delta\":" + delta + "}]}").choices().get(0).delta().toolCalls())
                .containsExactly(new ToolCallFragment(index, id, "f", "{}", null));
    }

    @Test
    void membersOfAToolCallThatTheProtocolDoesNotHaveAreKept() {
        String extra = "{\"extra_content\":{\"google\":{\"thought_signature\":\"abc\"}}}";
        ChatChunk chunk = chunk("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
                + "\"extra_content\":{\"google\":{\"thought_signature\":\"abc\"}}}]}}]}");
        assertThat(chunk.choices().get(0).delta().toolCalls().get(0).extra()).isEqualTo(JsonValue.parse(extra));
    }

    @Test
    void usageIsReadWhereverItStandsAndItsTotalIsCountedIfItIsNotThere() {
        assertThat(chunk("""
                {"choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":5,"completion_tokens":2}}""")
                .usage()).isEqualTo(new ChatUsage(5, 2, 7, 0, 0));
        assertThat(chunk("""
                {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":8,
                "prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":1}}}""")
                .usage()).isEqualTo(new ChatUsage(5, 2, 8, 3, 1));
        for (String where : List.of("{\"choices\":[{\"index\":0,%s}]}", "{\"x_groq\":{\"id\":\"x\",%s}}", "{%s}")) {
            assertThat(chunk(where.formatted("\"usage\":{\"input_tokens\":5,\"output_tokens\":2}")).usage())
                    .isEqualTo(new ChatUsage(5, 2, 7, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ping", "[]", "null", "{\"id\":", "error: {\"code\":500}"})
    void whatIsNoObjectIsRefused(String data) {
        assertThatThrownBy(() -> chunk(data)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"error":{"message":"m","type":"t","param":null,"code":400}}                       | m | 400
            {"error":{"message":"m","code":"c"},"choices":[{"index":0,"finish_reason":"error"}]}| m | c
            {"error":"m"}                                                                      | m | -
            {"object":"error","message":"m","code":40303}                                      | m | 40303
            {"message":"m","type":"t","param":null,"code":"c"}                                 | m | c
            {"detail":"m"}                                                                     | m | -
            {"code":1301,"msg":"m"}                                                            | m | 1301
            {"status":"error","error_msg":"m"}                                                 | m | -
            {"errors":[{"message":"m"}]}                                    | [{"message":"m"}] | -
            {"error":["m","n"]}                                                      | ["m","n"] | -
            {"error":true,"message":"m"}                                                       | m | -
            {"error":500}                                                                    | 500 | -
            {"error":"Bad Request","message":"m"}                               | Bad Request: m | -
            {"error":{"error":{"message":"m","code":"c"}}}                                     | m | c
            {"error":{"Message":"m","code":"c"}}                                               | m | c
            {"choices":[{"index":0,"error":{"message":"m","code":"c"},"finish_reason":"stop"}]}| m | c
            {"choices":[null,{"delta":{"error":{}},"error":"m"}]}                              | m | -
            """)
    void anErrorIsFoundInEveryShapeItComesIn(String data, String message, @Nullable String code) {
        ApiError error = ChatJson.errorIn(data.getBytes(UTF_8)).orElseThrow();
        assertThat(error.message()).isEqualTo(message);
        assertThat(error.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"error\":null,\"choices\":[]}",
        "{\"id\":\"x\",\"object\":\"chat.completion\"}",
        "{\"choices\":[],\"message\":\"welcome\"}", "{\"choices\":[],\"error\":{}}",
        "{\"choices\":[],\"error\":false}", "{\"choices\":[],\"error\":0}", "{\"choices\":[],\"error\":[]}",
        "{\"choices\":[{\"error\":null}]}", "{\"choices\":[{\"delta\":{\"content\":\"\",\"error\":\"x\"}}]}",
        "{\"choices\":[],\"error\":\"\"}"})
    void whatIsNoErrorIsNone(String data) {
        assertThat(ChatJson.errorIn(data.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void aWholeCompletionMayComeBehindBlankLinesAndWithHalfItsMembers() {
        ChatCompletion completion = completion("""


                {"choices":[{"message":{"content":[{"type":"text","text":"a"},"b"],"reasoning_content":"hm"},
                "finish_reason":""}],"timings":{}}""");
        assertThat(completion).isEqualTo(new ChatCompletion("", "", 0,
                List.of(new ChatCompletion.Choice(0, "ab", "", "hm", List.of(), null)), null));
        assertThat(completion.text()).isEqualTo("ab");
    }

    @Test
    void everyCallOfAWholeCompletionIsACallOfItsOwn() {
        List<ToolCallSlots.ToolCall> calls = completion("""
                {"choices":[{"message":{"content":null,"tool_calls":[
                {"function":{"name":"f","arguments":{"a":1}}},
                {"index":0,"id":"","type":"function","function":{"name":"f","arguments":"{}"}},
                {"index":0,"id":"","type":"function","function":{"name":"g","arguments":"{}"}},
                {"id":"given","function":{"name":"g","arguments":""}}]},"finish_reason":"stop"}]}""")
                .choices().get(0).toolCalls();
        assertThat(calls).extracting(ToolCallSlots.ToolCall::name).containsExactly("f", "f", "g", "g");
        assertThat(calls).extracting(ToolCallSlots.ToolCall::arguments).containsExactly("{\"a\":1}", "{}", "{}", "{}");
        assertThat(calls).extracting(ToolCallSlots.ToolCall::id).doesNotHaveDuplicates().contains("given")
                .allMatch(id -> !id.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}", "[]", "{\"choices\":null}"})
    void aBodyWithoutChoicesIsNoCompletion(String body) {
        assertThatThrownBy(() -> completion(body)).isInstanceOf(JsonException.class);
    }

    @Test
    void aChunkIsReadAsItWasWritten() {
        ToolCallFragment start = new ToolCallFragment(0, "call_1", "f", "",
                JsonValue.parse("{\"extra_content\":{\"a\":1}}"));
        for (ChatChunk chunk : List.of(
                ChatChunk.of("i", "m", 1, Delta.role("assistant"), null),
                ChatChunk.of("i", "m", 1, Delta.content("é\n"), null),
                ChatChunk.of("i", "m", 1, new Delta("", "", "no", "", List.of()), null),
                ChatChunk.of("i", "m", 1, new Delta("assistant", "a", "no", "hm", List.of()), null),
                ChatChunk.of("i", "m", 1, new Delta("", "", "", "", List.of(start)), null),
                ChatChunk.of("i", "m", 1, new Delta("", "", "", "",
                        List.of(new ToolCallFragment(1, "", "", "{}", null))), null),
                ChatChunk.of("i", "m", 1, Delta.EMPTY, "stop"),
                new ChatChunk("i", "m", 1, List.of(), new ChatUsage(1, 2, 3, 1, 1)))) {
            for (boolean usage : List.of(true, false)) {
                assertThat(ChatJson.readChunk(ChatJson.writeChunk(chunk, usage))).isEqualTo(chunk);
            }
        }
    }

    @Test
    void chunksAreWrittenWithTheMembersTheProtocolNames() {
        assertThat(new String(ChatJson.writeChunk(ChatChunk.of("i", "m", 1, Delta.content("a"), null), true), UTF_8))
                .isEqualTo("""
                        {"id":"i","object":"chat.completion.chunk","created":1,"model":"m","choices":[\
                        {"index":0,"delta":{"content":"a"},"logprobs":null,"finish_reason":null}],"usage":null}""");
    }

    @Test
    void aCompletionIsReadAsItWasWritten() {
        for (ChatCompletion completion : List.of(
                new ChatCompletion("i", "m", 1,
                        List.of(new ChatCompletion.Choice(0, "a", "", "hm", List.of(), "stop")), null),
                new ChatCompletion("i", "m", 1, List.of(new ChatCompletion.Choice(0, "", "no", "",
                        List.of(new ToolCallSlots.ToolCall("c", "f", "{}", JsonValue.parse("{\"x\":1}"))),
                        "tool_calls")),
                        new ChatUsage(1, 2, 3, 0, 0)))) {
            assertThat(ChatJson.readCompletion(ChatJson.writeCompletion(completion))).isEqualTo(completion);
        }
    }

    /** Members that nobody needs may have any form. */
    @ParameterizedTest
    @ValueSource(strings = {
        "{\"created\":1e99999999999,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}",
        "{\"created\":99999999999999999999,\"choices\":[{\"index\":-1,\"delta\":{\"content\":\"a\"}}]}",
        "{\"x\":NaN,\"y\":-Infinity,\"choices\":[{\"index\":\"0\",\"logprobs\":NaN,\"delta\":{\"content\":\"a\"}}]}",
        "{\"z\":1e99999999999,\"choices\":[{\"index\":null,\"delta\":{\"content\":\"a\",\"role\":7}}]}",
        "{\"id\":{},\"model\":[[1]],\"choices\":[{\"index\":[0],\"delta\":{\"content\":\"a\",\"tool_calls\":{}}}]}",
        "{\"usage\":[],\"choices\":[null,7,{\"index\":0,\"delta\":{\"content\":\"a\",},},],}"})
    void oddMembersAreNoReasonToRefuseAChunk(String json) {
        assertThat(chunk(json).text()).isEqualTo("a");
    }

    @Test
    void aNumberOfAThousandsDigitsIsSkipped() {
        assertThat(chunk("{\"x\":" + "9".repeat(20_000) + ",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}").text())
                .isEqualTo("a");
    }

    @Test
    void bytesThatAreNoUtf8BecomeTheReplacementCharacter() {
        byte[] cut = "{\"choices\":[{\"delta\":{\"content\":\"a#b\"}}]}".getBytes(UTF_8);
        for (int i = 0; i < cut.length; i++) {
            cut[i] = cut[i] == '#' ? (byte) 0xE2 : cut[i];
        }
        assertThat(ChatJson.readChunk(cut).text()).isEqualTo("a\uFFFDb");
        assertThat(ChatJson.errorIn(cut)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-5", "1e300", "\"many\"", "null", "99999999999999999999999", "{}"})
    void aCountThatCannotBeMeantIsNotTold(String count) {
        assertThat(chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":" + count + ",\"completion_tokens\":" + count
                + ",\"total_tokens\":" + count + "}}").usage()).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            stop           | COMPLETE
            STOP           | COMPLETE
            end_turn       | COMPLETE
            length         | LIMIT
            MAX_TOKENS     | LIMIT
            max-tokens     | LIMIT
            SAFETY         | FILTERED
            abort          | FAILED
            Error          | FAILED
            something new  | UNKNOWN
            FinishReason.STOP         | COMPLETE
            FinishReason.MAX_TOKENS   | LIMIT
            FINISH_REASON_MAX_TOKENS  | LIMIT
            length_exceeded           | LIMIT
            max_context_length        | LIMIT
            output limit              | LIMIT
            FinishReason.SAFETY       | FILTERED
            IMAGE_PROHIBITED_CONTENT  | FILTERED
            ERROR_TOXIC               | FILTERED
            LANGUAGE                  | FILTERED
            engine_error              | FAILED
            ABORTED_BY_CLIENT         | FAILED
            request_timed_out         | FAILED
            preempted                 | FAILED
            out_of_memory             | FAILED
            rate_limit                | FAILED
            TOO_MANY_TOOL_CALLS       | FAILED
            """)
    void endingsHaveManyNames(String word, FinishReason reason) {
        assertThat(FinishReason.of(word)).isEqualTo(reason);
    }

    @Test
    void anErrorWithoutAMessageIsToldAsItIs() {
        assertThat(ChatJson.errorIn("{\"error\":{\"code\":507}}".getBytes(UTF_8)).orElseThrow().message())
                .isEqualTo("{\"code\":507}");
    }

    private static ChatChunk chunk(String json) {
        return ChatJson.readChunk(json.getBytes(UTF_8));
    }

    private static ChatCompletion completion(String json) {
        return ChatJson.readCompletion(json.getBytes(UTF_8));
    }
}
