package dev.runnel.server;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.models.ComparisonFilter;
import com.openai.models.beta.assistants.Assistant;
import com.openai.models.beta.assistants.AssistantCreateParams;
import com.openai.models.beta.assistants.AssistantStreamEvent;
import com.openai.models.beta.assistants.FileSearchTool;
import com.openai.models.beta.threads.ThreadCreateParams;
import com.openai.models.beta.threads.messages.Annotation;
import com.openai.models.beta.threads.messages.Message;
import com.openai.models.beta.threads.runs.RunCreateParams;
import com.openai.models.beta.threads.runs.steps.RunStep;
import com.openai.models.beta.threads.runs.steps.RunStepInclude;
import com.openai.models.beta.threads.runs.steps.StepListParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.vectorstores.VectorStore;
import com.openai.models.vectorstores.VectorStoreCreateParams;
import com.openai.models.vectorstores.VectorStoreSearchParams;
import com.openai.models.vectorstores.VectorStoreSearchResponse;
import com.openai.models.vectorstores.VectorStoreUpdateParams;
import com.openai.models.vectorstores.filebatches.FileBatchCreateParams;
import com.openai.models.vectorstores.filebatches.FileBatchListFilesParams;
import com.openai.models.vectorstores.filebatches.FileBatchRetrieveParams;
import com.openai.models.vectorstores.filebatches.VectorStoreFileBatch;
import com.openai.models.vectorstores.files.FileContentParams;
import com.openai.models.vectorstores.files.FileDeleteParams;
import com.openai.models.vectorstores.files.FileListParams;
import com.openai.models.vectorstores.files.FileRetrieveParams;
import com.openai.models.vectorstores.files.FileUpdateParams;
import com.openai.models.vectorstores.files.VectorStoreFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The official Java SDK on vector stores, and a run that searches one and cites it. */
@Timeout(180)
@SuppressWarnings("deprecation") // what it calls was closed by the hosted service, which is why there is this server
class OfficialSdkStoresTest {
    @TempDir
    Path folder;

    private TestServer server;
    private OpenAIClient openai;

    @BeforeEach
    void start() {
        server = TestServer.startDemo(folder);
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

    private String upload(String name, String text) {
        return openai.files().create(FileCreateParams.builder()
                .file(MultipartField.<java.io.InputStream>builder()
                        .value(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                        .filename(name).build())
                .purpose(FilePurpose.ASSISTANTS)
                .build()).id();
    }

    private VectorStore searchable(String... files) throws InterruptedException {
        VectorStore store = openai.vectorStores().create(
                VectorStoreCreateParams.builder().name("library").fileIds(List.of(files)).build());
        while (store.status().equals(VectorStore.Status.IN_PROGRESS)) {
            Thread.sleep(20);
            store = openai.vectorStores().retrieve(store.id());
        }
        return store;
    }

    @Test
    void storesAreMadeSearchedChangedListedAndDeleted() throws InterruptedException {
        String harbour = upload("harbour.txt", "The harbour opens at six in the morning.");
        String orchard = upload("orchard.md", "Apples in the orchard ripen in late September.");

        VectorStore store = searchable(harbour, orchard);

        assertThat(store.fileCounts().completed()).isEqualTo(2);
        VectorStoreSearchResponse best = openai.vectorStores().search(store.id(),
                VectorStoreSearchParams.builder().query("When does the harbour open?").maxNumResults(1).build())
                .items().getFirst();
        assertThat(best.filename()).isEqualTo("harbour.txt");
        assertThat(best.content().getFirst().text()).startsWith("The harbour opens");
        assertThat(openai.vectorStores()
                .update(store.id(), VectorStoreUpdateParams.builder().name("books").build()).name()).isEqualTo("books");
        assertThat(openai.vectorStores().list().autoPager().stream().map(VectorStore::id)).containsExactly(store.id());
        assertThat(openai.vectorStores().files()
                .list(store.id(), FileListParams.builder().limit(1).order(FileListParams.Order.ASC).build())
                .autoPager().stream().map(VectorStoreFile::id)).containsExactly(harbour, orchard);
        assertThat(openai.vectorStores().files()
                .content(orchard, FileContentParams.builder().vectorStoreId(store.id()).build())
                .items().getFirst().text().orElseThrow()).contains("September");
        assertThat(openai.vectorStores().files()
                .delete(orchard, FileDeleteParams.builder().vectorStoreId(store.id()).build()).deleted()).isTrue();
        assertThat(openai.vectorStores().delete(store.id()).deleted()).isTrue();
        assertThatThrownBy(() -> openai.vectorStores().retrieve(store.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void batchesAreWaitedForAndFilteredByAttributes() throws InterruptedException {
        VectorStore store = searchable();
        String harbour = upload("harbour.txt", "The harbour opens at six in the morning.");
        String table = upload("table.csv", "a,b");
        VectorStoreFileBatch batch = openai.vectorStores().fileBatches().create(
                store.id(), FileBatchCreateParams.builder().fileIds(List.of(harbour, table)).build());
        while (batch.status().equals(VectorStoreFileBatch.Status.IN_PROGRESS)) {
            Thread.sleep(20);
            batch = openai.vectorStores().fileBatches().retrieve(
                    batch.id(), FileBatchRetrieveParams.builder().vectorStoreId(store.id()).build());
        }

        assertThat(batch.fileCounts().completed()).isEqualTo(1);
        assertThat(batch.fileCounts().failed()).isEqualTo(1);
        assertThat(openai.vectorStores().fileBatches().listFiles(batch.id(), FileBatchListFilesParams.builder()
                .vectorStoreId(store.id()).filter(FileBatchListFilesParams.Filter.FAILED).build())
                .items().stream().map(VectorStoreFile::id)).containsExactly(table);
        assertThat(openai.vectorStores().files()
                .retrieve(table, FileRetrieveParams.builder().vectorStoreId(store.id()).build())
                .lastError().orElseThrow().message()).isNotBlank();
        openai.vectorStores().files().update(harbour, FileUpdateParams.builder().vectorStoreId(store.id())
                .attributes(FileUpdateParams.Attributes.builder()
                        .putAdditionalProperty("year", JsonValue.from(1990)).build())
                .build());
        assertThat(openai.vectorStores().search(store.id(), search(1990)).items()).hasSize(1);
        assertThat(openai.vectorStores().search(store.id(), search(2000)).items()).isEmpty();
    }

    private static VectorStoreSearchParams search(double year) {
        return VectorStoreSearchParams.builder().query("harbour")
                .filters(ComparisonFilter.builder().type(ComparisonFilter.Type.EQ).key("year").value(year).build())
                .build();
    }

    @Test
    void aRunSearchesAndCites() throws InterruptedException {
        String harbour = upload("harbour.txt", "The harbour of Valparaíso opens at six in the morning.");
        VectorStore store = searchable(harbour);
        Assistant assistant = openai.beta().assistants().create(AssistantCreateParams.builder().model("demo")
                .addTool(FileSearchTool.builder().build())
                .toolResources(AssistantCreateParams.ToolResources.builder()
                        .fileSearch(AssistantCreateParams.ToolResources.FileSearch.builder()
                                .addVectorStoreId(store.id()).build())
                        .build())
                .build());
        String thread = openai.beta().threads().create(ThreadCreateParams.builder()
                .addMessage(ThreadCreateParams.Message.builder().role(ThreadCreateParams.Message.Role.USER)
                        .content("When does the harbour open?").build())
                .build()).id();

        StringBuilder streamed = new StringBuilder();
        String run;
        try (StreamResponse<AssistantStreamEvent> stream = openai.beta().threads().runs().createStreaming(thread,
                RunCreateParams.builder().assistantId(assistant.id())
                        .addInclude(RunStepInclude.STEP_DETAILS_TOOL_CALLS_FILE_SEARCH_RESULTS_CONTENT).build())) {
            List<AssistantStreamEvent> events = stream.stream().toList();
            events.forEach(event -> event.threadMessageDelta()
                    .flatMap(delta -> delta.data().delta().content())
                    .ifPresent(parts -> parts.forEach(part -> part.text().flatMap(text -> text.text())
                            .flatMap(text -> text.value()).ifPresent(streamed::append))));
            run = events.getFirst().asThreadRunCreated().data().id();
        }

        Message reply = openai.beta().threads().messages().list(thread).items().getFirst();
        String text = reply.content().getFirst().asText().text().value();
        assertThat(streamed).hasToString(text);
        Annotation annotation = reply.content().getFirst().asText().text().annotations().getFirst();
        assertThat(annotation.asFileCitation().fileCitation().fileId()).isEqualTo(harbour);
        assertThat(text.substring(
                (int) annotation.asFileCitation().startIndex(), (int) annotation.asFileCitation().endIndex()))
                .isEqualTo(annotation.asFileCitation().text());
        RunStep search = openai.beta().threads().runs().steps().list(run, StepListParams.builder().threadId(thread)
                .order(StepListParams.Order.ASC)
                .addInclude(RunStepInclude.STEP_DETAILS_TOOL_CALLS_FILE_SEARCH_RESULTS_CONTENT).build())
                .items().getFirst();
        assertThat(search.stepDetails().asToolCalls().toolCalls().getFirst().asFileSearch().fileSearch().results()
                .orElseThrow().getFirst().content().orElseThrow().getFirst().text().orElseThrow())
                .contains("Valparaíso");
    }
}
