package dev.runnel.server;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.NotFoundException;
import com.openai.models.beta.assistants.Assistant;
import com.openai.models.beta.assistants.AssistantCreateParams;
import com.openai.models.beta.assistants.AssistantListParams;
import com.openai.models.beta.assistants.AssistantUpdateParams;
import com.openai.models.beta.threads.Thread;
import com.openai.models.beta.threads.ThreadCreateParams;
import com.openai.models.beta.threads.ThreadUpdateParams;
import com.openai.models.beta.threads.messages.Message;
import com.openai.models.beta.threads.messages.MessageCreateParams;
import com.openai.models.beta.threads.messages.MessageDeleteParams;
import com.openai.models.beta.threads.messages.MessageListParams;
import com.openai.models.beta.threads.messages.MessageRetrieveParams;
import com.openai.models.beta.threads.messages.MessageUpdateParams;
import com.openai.models.beta.threads.runs.Run;
import com.openai.models.beta.threads.runs.RunCreateParams;
import com.openai.models.beta.threads.runs.RunRetrieveParams;
import com.openai.models.beta.threads.runs.RunStatus;
import com.openai.models.beta.threads.runs.RunSubmitToolOutputsParams;
import com.openai.models.beta.threads.runs.RunUpdateParams;
import com.openai.models.beta.threads.runs.steps.RunStep;
import com.openai.models.beta.threads.runs.steps.StepListParams;
import com.openai.models.beta.threads.runs.steps.StepRetrieveParams;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The official Java SDK on objects: made, read, changed, listed and deleted, and a run polled through two rounds of tools. */
@Timeout(180)
@SuppressWarnings("deprecation") // what it calls was closed by the hosted service, which is why there is this server
class OfficialSdkObjectsTest {
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

    @Test
    void assistantsAreChangedListedAndDeleted() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(openai.beta().assistants()
                    .create(AssistantCreateParams.builder().model("gpt-4o").name("A" + i).temperature(0.5).build())
                    .id());
        }
        Assistant changed = openai.beta().assistants().update(
                made.getFirst(), AssistantUpdateParams.builder().name("B").instructions("Be brief.").build());
        assertThat(changed.name()).contains("B");
        assertThat(changed.temperature()).contains(0.5);

        assertThat(openai.beta().assistants().list(
                AssistantListParams.builder().limit(2).order(AssistantListParams.Order.ASC).build())
                .autoPager().stream().map(Assistant::id)).containsExactlyElementsOf(made);
        for (Assistant assistant : openai.beta().assistants().list(AssistantListParams.builder().limit(2).build())
                .autoPager()) {
            assertThat(openai.beta().assistants().delete(assistant.id()).deleted()).isTrue();
        }
        assertThat(server.get("/assistants").ids()).isEmpty();
        assertThatThrownBy(() -> openai.beta().assistants().retrieve(made.getFirst()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void threadsAndTheirMessagesAreChangedListedAndDeleted() {
        Thread thread = openai.beta().threads().create(ThreadCreateParams.builder().build());
        Thread changed = openai.beta().threads().update(thread.id(), ThreadUpdateParams.builder()
                .metadata(ThreadUpdateParams.Metadata.builder().putAdditionalProperty("k", JsonValue.from("v")).build())
                .build());
        assertThat(changed.metadata().orElseThrow()._additionalProperties()).containsEntry("k", JsonValue.from("v"));
        assertThat(openai.beta().threads().retrieve(thread.id())).isEqualTo(changed);

        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(openai.beta().threads().messages().create(thread.id(), MessageCreateParams.builder()
                    .role(MessageCreateParams.Role.USER).content("Message " + i).build()).id());
        }
        Message message = openai.beta().threads().messages().update(made.getFirst(), MessageUpdateParams.builder()
                .threadId(thread.id())
                .metadata(
                        MessageUpdateParams.Metadata.builder().putAdditionalProperty("k", JsonValue.from("v")).build())
                .build());
        assertThat(openai.beta().threads().messages().retrieve(
                message.id(), MessageRetrieveParams.builder().threadId(thread.id()).build())).isEqualTo(message);
        assertThat(openai.beta().threads().messages()
                .list(thread.id(), MessageListParams.builder().limit(2).build())
                .autoPager().stream().map(Message::id)).containsExactlyElementsOf(made.reversed());
        assertThat(openai.beta().threads().messages()
                .delete(message.id(), MessageDeleteParams.builder().threadId(thread.id()).build()).deleted()).isTrue();
        assertThat(openai.beta().threads().delete(thread.id()).deleted()).isTrue();
        assertThatThrownBy(() -> openai.beta().threads().retrieve(thread.id())).isInstanceOf(NotFoundException.class);
    }

    private Run poll(Run run) {
        Run seen = run;
        while (seen.status().equals(RunStatus.QUEUED) || seen.status().equals(RunStatus.IN_PROGRESS)) {
            seen = openai.beta().threads().runs()
                    .retrieve(run.id(), RunRetrieveParams.builder().threadId(run.threadId()).build());
        }
        return seen;
    }

    private Run submit(Run run, String call, String output) {
        return poll(openai.beta().threads().runs().submitToolOutputs(run.id(), RunSubmitToolOutputsParams.builder()
                .threadId(run.threadId())
                .addToolOutput(RunSubmitToolOutputsParams.ToolOutput.builder().toolCallId(call).output(output).build())
                .build()));
    }

    @Test
    void aRunIsPolledThroughTwoRoundsOfTools() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Bern\"}")),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{\"city\":\"Rome\"}")),
                Script.chat("Rain, then sun."));
        String thread = server.newThread();
        Run run = poll(openai.beta().threads().runs().create(
                thread, RunCreateParams.builder().assistantId(server.newWeatherAssistant()).build()));
        assertThat(run.status()).isEqualTo(RunStatus.REQUIRES_ACTION);
        assertThat(submit(run, "call_1", "rain").status()).isEqualTo(RunStatus.REQUIRES_ACTION);
        Run ended = submit(run, "call_2", "sun");

        assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
        List<RunStep> steps = openai.beta().threads().runs().steps()
                .list(run.id(), StepListParams.builder().threadId(thread).build()).autoPager().stream().toList();
        assertThat(steps).hasSize(3).allSatisfy(RunStep::validate);
        assertThat(steps.getFirst().stepDetails().isMessageCreation()).isTrue();
        assertThat(openai.beta().threads().runs().steps().retrieve(
                steps.getLast().id(), StepRetrieveParams.builder().threadId(thread).runId(run.id()).build()))
                .isEqualTo(steps.getLast());
        long total = steps.stream().mapToLong(step -> step.usage().orElseThrow().totalTokens()).sum();
        assertThat(ended.usage().orElseThrow().totalTokens()).isEqualTo(total).isPositive();

        Run labelled = openai.beta().threads().runs().update(run.id(), RunUpdateParams.builder()
                .threadId(thread)
                .metadata(RunUpdateParams.Metadata.builder().putAdditionalProperty("k", JsonValue.from("v")).build())
                .build());
        assertThat(openai.beta().threads().runs()
                .retrieve(run.id(), RunRetrieveParams.builder().threadId(thread).build())).isEqualTo(labelled);
    }
}
