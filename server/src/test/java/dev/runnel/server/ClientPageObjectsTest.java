package dev.runnel.server;

import dev.runnel.client.FileUpload;
import dev.runnel.client.VectorStoresApi;
import dev.runnel.protocol.Annotation;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.vectorstore.SearchRequest;
import dev.runnel.protocol.vectorstore.SearchResult;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The examples of {@code docs/client.md} about lists and files. */
class ClientPageObjectsTest extends ClientPageExamples {
    @Test
    void listsAreFetchedWhileTheyAreRead() {
        String threadId = client.threads().create(
                ThreadRequest.of(MessageRequest.user("one"), MessageRequest.user("two"))).id();
        // page
        for (Message message : client.messages().list(threadId).oldestFirst().pagesOf(100)) {
            System.out.println(message.role().wire() + ": " + message.text());
        }
        List<Run> latest = client.runs().list(threadId).stream().limit(10).toList();
        // end
        assertThat(printed()).isEqualTo("user: one\nuser: two\n");
        assertThat(latest).isEmpty();
    }

    @Test
    void filesAreSentAndRead() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes.txt"), "Hello");
        // page
        FileObject file = client.files().create(FileUpload.of(notes, "assistants"));
        try (InputStream content = client.files().content(file.id())) {
            System.out.println(new String(content.readAllBytes(), UTF_8));
        }
        client.files().delete(file.id());
        // end
        assertThat(printed()).isEqualTo("Hello\n");
        assertThat(client.files().list()).isEmpty();
    }

    @Test
    void vectorStoresAreMadeOfFoldersAndSearched() throws IOException {
        Path folder = Files.createDirectory(this.folder.resolve("docs"));
        Files.writeString(folder.resolve("warranty.txt"), "The warranty lasts three years.");
        Files.writeString(folder.resolve(".hidden.txt"), "The warranty lasts no year.");
        // page
        VectorStoresApi stores = client.vectorStores();
        VectorStore store = stores.create(VectorStoreRequest.named("handbook"));
        stores.uploadFolder(store.id(), folder);
        stores.await(store.id(), now -> System.out.println(now.fileCounts().completed() + " files are ready"));
        for (SearchResult result : stores.search(store.id(), SearchRequest.of("How long is the warranty?"))) {
            System.out.println(result.filename() + ": " + result.content().get(0).text());
        }
        // end
        assertThat(printed()).endsWith("1 files are ready\nwarranty.txt: The warranty lasts three years.\n");
    }

    @Test
    void citationsTellTheirFiles() throws IOException {
        String fileId = client.files()
                .create(FileUpload.of("warranty.txt", "The warranty lasts three years.".getBytes(UTF_8), "assistants"))
                .id();
        String assistantId = client.assistants().create(AssistantRequest.builder("m").build()).id();
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "file_search", "{\"query\":\"warranty\"}")),
                Script.chat("Three years 【0:0】."));
        // page
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("How long is the warranty?").withAttachment(
                        fileId, new Tool.FileSearch(null))))
                .tools(List.of(new Tool.FileSearch(null)))
                .build();
        Run created = client.runs().createWithThread(request);
        Run run = client.runs().await(created.threadId(), created.id());
        for (Message message : client.messages().ofRun(run.threadId(), run.id())) {
            for (MessageContent part : message.content()) {
                if (part instanceof MessageContent.Text text) {
                    System.out.println(text.text().value());
                    for (Annotation annotation : text.text().annotations()) {
                        if (annotation instanceof Annotation.FileCitation cited) {
                            System.out.println(cited.text() + " is " + cited.fileCitation().fileId());
                        }
                    }
                }
            }
        }
        // end
        assertThat(printed())
                .isEqualTo("Three years 【0:0†warranty.txt】.\n【0:0†warranty.txt】 is " + fileId + "\n");
        StepDetails found = client.runs().stepsWithContent(run.threadId(), run.id()).oldestFirst().iterator().next()
                .stepDetails();
        assertThat(found).isInstanceOfSatisfying(StepDetails.ToolCalls.class, calls -> assertThat(calls.toolCalls())
                .singleElement().isInstanceOfSatisfying(StepToolCall.FileSearch.class, search -> {
                    StepToolCall.FileSearch.Result result = search.fileSearch().results().get(0);
                    assertThat(result.fileName()).isEqualTo("warranty.txt");
                    assertThat(result.content()).singleElement().satisfies(
                            text -> assertThat(text.text()).contains("three years"));
                }));
    }
}
