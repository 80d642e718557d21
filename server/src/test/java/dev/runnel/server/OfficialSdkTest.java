package dev.runnel.server;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.beta.assistants.Assistant;
import com.openai.models.beta.assistants.AssistantCreateParams;
import com.openai.models.beta.assistants.AssistantStreamEvent;
import com.openai.models.beta.assistants.FileSearchTool;
import com.openai.models.beta.threads.ThreadCreateAndRunParams;
import com.openai.models.beta.threads.ThreadCreateParams;
import com.openai.models.beta.threads.messages.Message;
import com.openai.models.beta.threads.messages.MessageCreateParams;
import com.openai.models.beta.threads.messages.MessageListParams;
import com.openai.models.beta.threads.runs.Run;
import com.openai.models.beta.threads.runs.RunCancelParams;
import com.openai.models.beta.threads.runs.RunCreateParams;
import com.openai.models.beta.threads.runs.RunRetrieveParams;
import com.openai.models.beta.threads.runs.RunStatus;
import com.openai.models.beta.threads.runs.RunSubmitToolOutputsParams;
import com.openai.models.beta.threads.runs.steps.FileSearchToolCall;
import com.openai.models.beta.threads.runs.steps.RunStep;
import com.openai.models.beta.threads.runs.steps.RunStepInclude;
import com.openai.models.beta.threads.runs.steps.StepListParams;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A program that uses the official Java SDK, with nothing changed but the base URL and the key. The SDK validates every answer
 * against its own schema.
 */
@Timeout(180)
@SuppressWarnings("deprecation") // what it calls was closed by the hosted service, which is why there is this server
class OfficialSdkTest {
    @TempDir
    Path folder;

    private TestServer server;
    private OpenAIClient openai;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        openai = OpenAIOkHttpClient.builder()
                .baseUrl(server.baseUrl())
                .apiKey("any")
                .responseValidation(true)
                .build();
    }

    @AfterEach
    void stop() {
        openai.close();
        server.close();
    }

    private Assistant newAssistant() {
        return openai.beta().assistants().create(AssistantCreateParams.builder()
                .model("gpt-4o")
                .name("Teller")
                .instructions("Be brief.")
                .build());
    }

    private String newThread() {
        return openai.beta().threads().create(ThreadCreateParams.builder()
                .addMessage(ThreadCreateParams.Message.builder()
                        .role(ThreadCreateParams.Message.Role.USER)
                        .content("Hi")
                        .build())
                .build()).id();
    }

    private Run poll(Run run) {
        Run seen = run;
        while (seen.status().equals(RunStatus.QUEUED) || seen.status().equals(RunStatus.IN_PROGRESS)) {
            seen = openai.beta().threads().runs()
                    .retrieve(run.id(), RunRetrieveParams.builder().threadId(run.threadId()).build());
        }
        return seen;
    }

    private static String textOf(List<AssistantStreamEvent> events) {
        return events.stream()
                .filter(AssistantStreamEvent::isThreadMessageDelta)
                .flatMap(event -> event.asThreadMessageDelta().data().delta().content().orElseThrow().stream())
                .map(part -> part.asText().text().orElseThrow().value().orElseThrow())
                .collect(Collectors.joining());
    }

    @Test
    void chatCompletionsAreCreatedAndStreamed() {
        server.models().answer(request -> Script.chatWithUsage(9, 2, "Hel", "lo"));
        ChatCompletionCreateParams params = ChatCompletionCreateParams.builder().model("gpt-4o").addUserMessage("Hi")
                .build();

        assertThat(openai.chat().completions().create(params).choices().getFirst().message().content())
                .contains("Hello");
        try (StreamResponse<ChatCompletionChunk> stream = openai.chat().completions().createStreaming(params)) {
            assertThat(stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining())).isEqualTo("Hello");
        }
    }

    @Test
    void modelsAreListed() {
        server.models().models("llama", "qwen/qwen3:32b");

        assertThat(openai.models().list().data()).extracting(model -> model.id())
                .containsExactly("llama", "qwen/qwen3:32b");
        assertThat(openai.models().retrieve("llama").id()).isEqualTo("llama");
    }

    @Test
    void assistantsAreCreatedAndRetrieved() {
        Assistant assistant = newAssistant();
        Assistant again = openai.beta().assistants().retrieve(assistant.id());

        assertThat(again).isEqualTo(assistant);
        assertThat(again.name()).contains("Teller");
        assertThat(again.temperature()).contains(1.0);
    }

    @Test
    void aRunOnAThreadIsStreamed() {
        server.models().enqueue(Script.chat("Once ", "upon."));
        List<AssistantStreamEvent> events;
        try (StreamResponse<AssistantStreamEvent> stream = openai.beta().threads().runs().createStreaming(
                newThread(), RunCreateParams.builder().assistantId(newAssistant().id()).build())) {
            events = stream.stream().toList();
        }

        assertThat(events).allSatisfy(AssistantStreamEvent::validate);
        assertThat(events.getFirst().isThreadRunCreated()).isTrue();
        assertThat(events.getLast().asThreadRunCompleted().data().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(textOf(events)).isEqualTo("Once upon.");
    }

    @Test
    void filesAreSearchedAndCited() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "file_search", "{\"query\":\"tides\"}")),
                Script.chat("The moon ", "【0:", "0】", "."));
        String file = server.upload(Multipart.file("tides.md", "The moon makes the tides.")).id();
        String thread = newThread();
        openai.beta().threads().messages().create(thread, MessageCreateParams.builder()
                .role(MessageCreateParams.Role.USER)
                .content("What makes the tides?")
                .addAttachment(MessageCreateParams.Attachment.builder()
                        .fileId(file)
                        .addTool(MessageCreateParams.Attachment.Tool.ofFileSearch())
                        .build())
                .build());
        Assistant searcher = openai.beta().assistants().create(AssistantCreateParams.builder()
                .model("gpt-4o").addTool(FileSearchTool.builder().build()).build());

        List<AssistantStreamEvent> events;
        try (StreamResponse<AssistantStreamEvent> stream = openai.beta().threads().runs().createStreaming(
                thread, RunCreateParams.builder().assistantId(searcher.id())
                        .addInclude(RunStepInclude.STEP_DETAILS_TOOL_CALLS_FILE_SEARCH_RESULTS_CONTENT).build())) {
            events = stream.stream().toList();
        }

        assertThat(events).allSatisfy(AssistantStreamEvent::validate);
        FileSearchToolCall.FileSearch.Result found = events.stream()
                .filter(AssistantStreamEvent::isThreadRunStepCompleted).findFirst().orElseThrow()
                .asThreadRunStepCompleted().data().stepDetails().asToolCalls().toolCalls().getFirst()
                .asFileSearch().fileSearch().results().orElseThrow().getFirst();
        assertThat(found.fileName()).isEqualTo("tides.md");
        assertThat(found.content().orElseThrow().getFirst().text()).contains("The moon makes the tides.");
        assertThat(
                openai.beta().threads().messages().list(thread).data().getFirst().content().getFirst().asText().text()
                        .annotations())
                .singleElement().satisfies(annotation -> {
                    assertThat(annotation.asFileCitation().text()).isEqualTo("【0:0†tides.md】");
                    assertThat(annotation.asFileCitation().fileCitation().fileId()).isEqualTo(file);
                });
    }

    @Test
    void aThreadAndItsRunAreCreatedAndStreamed() {
        List<AssistantStreamEvent> events;
        try (StreamResponse<AssistantStreamEvent> stream = openai.beta().threads().createAndRunStreaming(
                ThreadCreateAndRunParams.builder()
                        .assistantId(newAssistant().id())
                        .thread(ThreadCreateAndRunParams.Thread.builder()
                                .addMessage(ThreadCreateAndRunParams.Thread.Message.builder()
                                        .role(ThreadCreateAndRunParams.Thread.Message.Role.USER)
                                        .content("Hi")
                                        .build())
                                .build())
                        .build())) {
            events = stream.stream().toList();
        }

        assertThat(events.getFirst().isThreadCreated()).isTrue();
        assertThat(events.getLast().isThreadRunCompleted()).isTrue();
        assertThat(textOf(events)).isEqualTo("Hello world");
    }

    @Test
    void aRunIsPolledAndItsMessagesAndStepsAreListed() {
        server.models().enqueue(Script.chat("Once ", "upon."));
        String thread = newThread();
        Run run = poll(openai.beta().threads().runs().create(
                thread, RunCreateParams.builder().assistantId(newAssistant().id()).build()));

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.instructions()).isEqualTo("Be brief.");
        List<Message> messages = openai.beta().threads().messages()
                .list(thread, MessageListParams.builder().limit(1).build())
                .autoPager().stream().toList();
        assertThat(messages).extracting(message -> message.content().getFirst().asText().text().value())
                .containsExactly("Once upon.", "Hi");
        assertThat(openai.beta().threads().runs().list(thread).autoPager().stream()).containsExactly(run);
        List<RunStep> steps = openai.beta().threads().runs().steps()
                .list(run.id(), StepListParams.builder().threadId(thread).build()).autoPager().stream().toList();
        assertThat(steps).hasSize(1);
        assertThat(steps.getFirst().status()).isEqualTo(RunStep.Status.COMPLETED);
    }

    @Test
    void toolOutputsAreSubmittedAndStreamedInTwoRounds() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Bern\"}")),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{\"city\":\"Rome\"}")),
                Script.chat("It rains."));
        String assistant = server.newWeatherAssistant();
        String thread = newThread();
        Run run = poll(openai.beta().threads().runs().create(
                thread, RunCreateParams.builder().assistantId(assistant).build()));
        assertThat(run.status()).isEqualTo(RunStatus.REQUIRES_ACTION);
        assertThat(run.requiredAction().orElseThrow().submitToolOutputs().toolCalls())
                .extracting(call -> call.function().arguments()).containsExactly("{\"city\":\"Bern\"}");

        List<AssistantStreamEvent> second = submit(run, "call_1", "rain");
        assertThat(second.getFirst().isThreadRunStepCompleted()).isTrue();
        assertThat(second.getLast().asThreadRunRequiresAction().data().requiredAction().orElseThrow()
                .submitToolOutputs().toolCalls()).extracting(call -> call.id()).containsExactly("call_2");
        List<AssistantStreamEvent> third = submit(run, "call_2", "sun");
        assertThat(third.getFirst().isThreadRunStepCompleted()).isTrue();
        assertThat(third.getLast().isThreadRunCompleted()).isTrue();
        assertThat(textOf(third)).isEqualTo("It rains.");
    }

    private List<AssistantStreamEvent> submit(Run run, String call, String output) {
        try (StreamResponse<AssistantStreamEvent> stream = openai.beta().threads().runs().submitToolOutputsStreaming(
                run.id(), RunSubmitToolOutputsParams.builder()
                        .threadId(run.threadId())
                        .addToolOutput(RunSubmitToolOutputsParams.ToolOutput.builder()
                                .toolCallId(call).output(output).build())
                        .build())) {
            return stream.stream().toList();
        }
    }

    @Test
    void aRunIsCancelledAndItsThreadIsLockedUntilThen() {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Once ").gate(gate).end("stop"));
        String thread = newThread();
        Run run = openai.beta().threads().runs().create(
                thread, RunCreateParams.builder().assistantId(newAssistant().id()).build());
        MessageCreateParams message = MessageCreateParams.builder()
                .role(MessageCreateParams.Role.USER).content("And?").build();

        assertThatThrownBy(() -> openai.beta().threads().messages().create(thread, message))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("while a run " + run.id() + " is active");
        assertThat(openai.beta().threads().runs()
                .cancel(run.id(), RunCancelParams.builder().threadId(thread).build()).status())
                .isEqualTo(RunStatus.CANCELLING);
        Run ended = run;
        while (!ended.status().equals(RunStatus.CANCELLED)) {
            ended = openai.beta().threads().runs()
                    .retrieve(run.id(), RunRetrieveParams.builder().threadId(thread).build());
        }
        assertThat(openai.beta().threads().messages().create(thread, message).status())
                .isEqualTo(Message.Status.COMPLETED);
    }

    @Test
    void filesAreUploadedListedAndHandedOut() throws IOException {
        byte[] bytes = {0, 1, (byte) 0xFF, '\r', '\n', '-', '-'};
        Path path = Files.write(folder.resolve("Übersicht 数据.bin"), bytes);
        FileObject file = openai.files().create(FileCreateParams.builder()
                .file(path)
                .purpose(FilePurpose.USER_DATA)
                .expiresAfter(FileCreateParams.ExpiresAfter.builder().seconds(3_600).build())
                .build());

        assertThat(file.filename()).isEqualTo("Übersicht 数据.bin");
        assertThat(file.expiresAt()).contains(file.createdAt() + 3_600);
        assertThat(openai.files().retrieve(file.id())).isEqualTo(file);
        assertThat(openai.files().list(FileListParams.builder().purpose("user_data").build()).autoPager().stream())
                .containsExactly(file);
        try (HttpResponse content = openai.files().content(file.id())) {
            assertThat(content.body().readAllBytes()).isEqualTo(bytes);
        }
        assertThat(openai.files().delete(file.id()).deleted()).isTrue();
        assertThatThrownBy(() -> openai.files().content(file.id()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No such File object: " + file.id());
    }

    @Test
    void bytesAreUploadedWithoutAName() {
        FileObject file = openai.files().create(FileCreateParams.builder()
                .file("text".getBytes(StandardCharsets.UTF_8)).purpose(FilePurpose.ASSISTANTS).build());

        assertThat(file.bytes()).isEqualTo(4);
        assertThat(file.filename()).isEqualTo("file");
    }

    @Test
    void errorsAreTheSdksOwn() {
        assertThatThrownBy(() -> openai.beta().assistants().retrieve("asst_none"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No assistant found with id 'asst_none'.");
        assertThatThrownBy(() -> openai.beta().threads().runs().create(
                "thread_none", RunCreateParams.builder().assistantId(newAssistant().id()).build()))
                .isInstanceOf(NotFoundException.class);
    }
}
