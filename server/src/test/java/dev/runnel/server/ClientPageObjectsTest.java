package dev.runnel.server;

import dev.runnel.client.FileUpload;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.ThreadRequest;
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
}
