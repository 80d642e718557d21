package dev.runnel.client;

import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.clientOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Whole streams as the model servers in the field write them, and what each comes to. */
@Timeout(180)
class DialectsTest {
    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    static List<Arguments> streams() {
        return List.of(
                arguments("OpenRouter: comments while it waits, members of its own", """
                        : OPENROUTER PROCESSING

                        : OPENROUTER PROCESSING


                        data: {"id":"g","provider":"P","model":"m","object":"chat.completion.chunk","created":1,\
                        "choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null,\
                        "native_finish_reason":null,"logprobs":null}]}

                        data: {"id":"g","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop",\
                        "native_finish_reason":"end_turn"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}

                        data: [DONE]

                        """, "g m Hi stop 3+1"),
                arguments("Azure: empty first chunk, filters, a chunk without a delta", """
                        data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]}

                        data: {"id":"a","model":"gpt","created":1,"choices":[{"index":0,"delta":{"content":"Hi"},\
                        "content_filter_results":{"hate":{"filtered":false}},"finish_reason":null}]}

                        data: {"id":"","model":"","choices":[{"index":0,"finish_reason":null,\
                        "content_filter_offsets":{"check_offset":44}}]}

                        data: {"id":"a","model":"gpt","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                        data: [DONE]

                        """, "a gpt Hi stop"),
                arguments("Ollama: the role in every chunk, whole arguments, all at index 0, stop in spite of calls",
                        """
                                data: {"id":"o","model":"q","choices":[{"index":0,"delta":{"role":"assistant","content":""},\
                                "finish_reason":""}]}

                                data: {"id":"o","model":"q","choices":[{"index":0,"delta":{"role":"assistant","content":"",\
                                "tool_calls":[{"id":"c1","index":0,"type":"function",\
                                "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},"finish_reason":null}]}

                                data: {"id":"o","model":"q","choices":[{"index":0,"delta":{"role":"","content":"",\
                                "tool_calls":[{"id":"c2","index":0,"type":"function",\
                                "function":{"name":"f","arguments":{"a":2}}}]},"finish_reason":null}]}

                                data: {"id":"o","model":"q","choices":[{"index":0,"delta":{"role":"assistant","content":""},\
                                "finish_reason":"stop"}]}

                                data: [DONE]

                                """,
                        "o q  stop c1=f{\"a\":1} c2=f{\"a\":2}"),
                arguments("Gemini: calls without an index, with members to echo", """
                        data: {"id":"m","model":"ge","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[\
                        {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},\
                        "extra_content":{"google":{"thought_signature":"s"}}}]}}]}

                        data: {"id":"m","model":"ge","choices":[{"index":0,"delta":{"tool_calls":[\
                        {"index":null,"id":"c2","function":{"name":"g","arguments":"{"}}]}}]}

                        data: {"id":"m","model":"ge","choices":[{"index":0,"delta":{"tool_calls":[\
                        {"function":{"arguments":"}"}}]},"finish_reason":"stop"}]}

                        data: [DONE]
                        """, "m ge  stop c1=f{}+{\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}} c2=g{}"),
                arguments("LM Studio: a name and an id that are empty from the second fragment on", """
                        data: {"id":"l","model":"m","choices":[{"index":0,"delta":{"tool_calls":[\
                        {"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}}]}

                        data: {"id":"l","model":"m","choices":[{"index":0,"delta":{"tool_calls":[\
                        {"index":0,"id":"","type":"","function":{"name":"","arguments":"{\\"a\\""}}]}}]}

                        data: {"id":"l","model":"m","choices":[{"index":0,"delta":{"tool_calls":[\
                        {"index":0,"id":"","type":"","function":{"name":"","arguments":":1}"}}]}}]}

                        data: {"id":"l","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                        data: [DONE]

                        """, "l m  tool_calls c1=f{\"a\":1}"),
                arguments("llama.cpp: null content, timings, no [DONE]",
                        """
                                data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null},\
                                "finish_reason":null}],"created":1,"id":"c","model":"m","system_fingerprint":null}

                                data: {"choices":[{"index":0,"delta":{"content":" Hi "},"finish_reason":null}],"id":"c","model":"m"}

                                data: {"choices":[{"index":0,"delta":{"content":null},"finish_reason":"stop"}],"id":"c",\
                                "model":"m","timings":{"predicted_ms":1.5}}
                                """,
                        "c m  Hi  stop"),
                arguments("vLLM: usage in every chunk, the last that is not null holds", """
                        data: {"id":"v","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}],\
                        "usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}

                        data: {"id":"v","model":"m","choices":[{"index":0,"delta":{"content":"!"},\
                        "finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

                        data: {"id":"v","model":"m","choices":[],"usage":null}

                        data: [DONE]

                        """, "v m Hi! stop 3+2"),
                arguments("DeepSeek: thoughts apart from the text", """
                        data: {"id":"d","model":"m","choices":[{"index":0,"delta":{"content":null,\
                        "reasoning_content":"hm"}}]}

                        data: {"id":"d","model":"m","choices":[{"index":0,"delta":{"content":"Hi",\
                        "reasoning_content":null},"finish_reason":"stop"}]}

                        data: [DONE]

                        """, "d m Hi stop (hm)"),
                arguments("newer vLLM: thoughts under their other name", """
                        data: {"id":"d","model":"m","choices":[{"index":0,"delta":{"reasoning":"hm"}}]}

                        data: {"id":"d","model":"m","choices":[{"index":0,"delta":{"content":"Hi"},\
                        "finish_reason":"stop"}]}

                        data: [DONE]

                        """, "d m Hi stop (hm)"),
                arguments("Mistral: content in parts", """
                        data: {"id":"x","model":"m","choices":[{"index":0,"delta":{"content":[{"type":"text",\
                        "text":"H"},{"type":"text","text":"i"}]},"finish_reason":"stop"}]}

                        data: [DONE]

                        """, "x m Hi stop"),
                arguments("a proxy: a byte order mark, lone CRs, no blank behind the colons, data on two lines",
                        "\uFEFFid:1\rdata:{\"id\":\"p\",\"model\":\"m\",\"choices\":[{\"index\":0,\rdata:\"delta\":"
                                + "{\"content\":\"Hi 🙂\"},\"finish_reason\":\"stop\"}]}\r\rdata:[DONE]\r\r",
                        "p m Hi 🙂 stop"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void eachComesToTheSameKindOfCompletion(String dialect, String body, String expected) {
        server.enqueue(Script.sse().raw(body), Script.sse().raw(body).pieces(1));
        for (int i = 0; i < 2; i++) {
            try (ChatStream stream = client.chat().stream(HI)) {
                assertThat(summary(stream.finalCompletion())).isEqualTo(expected);
            }
        }
    }

    private static String summary(ChatCompletion completion) {
        ChatCompletion.Choice choice = completion.choices().get(0);
        Stream<String> calls = choice.toolCalls().stream().map(call -> call.id() + "=" + call.name() + call.arguments()
                + (call.extra() == null ? "" : "+" + call.extra()));
        Stream<String> rest = Stream.of(
                choice.reasoning().isEmpty() ? "" : "(" + choice.reasoning() + ")",
                completion.usage() == null
                        ? ""
                        : completion.usage().promptTokens() + "+" + completion.usage().completionTokens());
        return completion.id() + " " + completion.model() + " " + choice.content() + " " + choice.finishReason()
                + Stream.concat(calls, rest).filter(part -> !part.isEmpty()).map(part -> " " + part)
                        .collect(Collectors.joining());
    }

    @Test
    void aCallWithoutAnIdIsGivenOne() {
        server.enqueue(Script.sse().data("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}").done());
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(stream.finalCompletion().choices().get(0).toolCalls().get(0).id()).startsWith("call_");
        }
    }

    @Test
    void aPromptThatIsTooLongIsToldAsTheServerDoes() {
        server.enqueue(Script.json(400, """
                {"error":{"code":400,"message":"the request exceeds the available context size",\
                "type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"""));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.chat().stream(HI));
        assertThat(error.error().type()).isEqualTo("exceed_context_size_error");
        assertThat(error.error().code()).isEqualTo("400");
        assertThat(error.isRetrySafe()).isFalse();
    }
}
