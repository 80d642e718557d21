package dev.runnel.server;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.beta.assistants.Assistant;
import com.openai.models.beta.assistants.AssistantCreateParams;
import com.openai.models.beta.assistants.AssistantStreamEvent;
import com.openai.models.beta.assistants.CodeInterpreterTool;
import com.openai.models.beta.threads.ThreadCreateParams;
import com.openai.models.beta.threads.messages.MessageCreateParams;
import com.openai.models.beta.threads.runs.RunCreateParams;
import com.openai.models.beta.threads.runs.steps.CodeInterpreterToolCall;
import dev.runnel.protocol.JsonValue;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static org.assertj.core.api.Assertions.assertThat;

/** The official SDK for Java, with its own validation, runs the code interpreter as on the hosted service. */
@Timeout(120)
@SuppressWarnings("deprecation") // the hosted service is gone
class OfficialSdkCodeTest {
    private static final String CODE = """
            import os
            n = open('a.png', 'wb').write(bytes([137]) + b'PNG' + bytes([13, 10, 26, 10]))
            n = open('a.csv', 'w').write(open('in.txt').read())
            print(sorted(os.listdir()))
            """;

    @Test
    void codeIsRunAndWhatItMakesIsShown(@TempDir Path folder) {
        SandboxHere.assume();
        try (TestServer server = TestServer.start(folder, options -> options.with(CODE_INTERPRETER, true))) {
            OpenAIClient openai = OpenAIOkHttpClient.builder()
                    .baseUrl(server.baseUrl()).apiKey("any").responseValidation(true).build();
            server.models().enqueue(
                    Script.toolCalls(ToolCall.of("call_1", "python", JsonValue.of(Map.of("code", CODE)).toString())),
                    Script.chat("See [it](sandbox:/mnt/data/a.csv)."));
            String file = server.upload(Multipart.file("in.txt", "tides")).id();
            String thread = openai.beta().threads().create(ThreadCreateParams.builder().build()).id();
            openai.beta().threads().messages().create(thread, MessageCreateParams.builder()
                    .role(MessageCreateParams.Role.USER)
                    .content("Copy it.")
                    .addAttachment(MessageCreateParams.Attachment.builder()
                            .fileId(file)
                            .addTool(CodeInterpreterTool.builder().build())
                            .build())
                    .build());
            Assistant assistant = openai.beta().assistants().create(AssistantCreateParams.builder()
                    .model("gpt-4o").addTool(CodeInterpreterTool.builder().build()).build());

            List<AssistantStreamEvent> events;
            try (StreamResponse<AssistantStreamEvent> stream = openai.beta().threads().runs().createStreaming(
                    thread, RunCreateParams.builder().assistantId(assistant.id()).build())) {
                events = stream.stream().toList();
            }

            assertThat(events).allSatisfy(AssistantStreamEvent::validate);
            CodeInterpreterToolCall.CodeInterpreter call = events.stream()
                    .filter(AssistantStreamEvent::isThreadRunStepCompleted).findFirst().orElseThrow()
                    .asThreadRunStepCompleted().data().stepDetails().asToolCalls().toolCalls().getFirst()
                    .asCodeInterpreter().codeInterpreter();
            assertThat(call.input()).isEqualTo(CODE);
            assertThat(call.outputs().getFirst().asLogs().logs()).isEqualTo("['a.csv', 'a.png', 'in.txt']\n");
            String image = call.outputs().getLast().asImage().image().fileId();
            var content = openai.beta().threads().messages().list(thread).data().getFirst().content();
            assertThat(content.getFirst().asImageFile().imageFile().fileId()).isEqualTo(image);
            assertThat(content.getLast().asText().text().annotations()).singleElement().satisfies(annotation -> {
                assertThat(annotation.asFilePath().text()).isEqualTo("sandbox:/mnt/data/a.csv");
                assertThat(openai.files().retrieve(annotation.asFilePath().filePath().fileId()).filename())
                        .isEqualTo("a.csv");
            });
            openai.close();
        }
    }
}
