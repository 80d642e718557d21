package dev.runnel.client;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.FileObject;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Uploads and downloads. */
@Timeout(180)
class FilesTest {
    private static final String FILE = """
            {"id":"file-1","object":"file","purpose":"assistants","filename":"f","bytes":3,"created_at":1,\
            "status":"processed"}""";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void aFileIsUploadedAsAForm(Via via) {
        server.enqueue(Script.json(200, FILE));
        try (RunnelClient other = clientOf(server).transport(via.transport()).build()) {
            FileUpload upload = FileUpload.of("notes.txt", "a\r\nb".getBytes(UTF_8), "assistants")
                    .expiringAfter(Duration.ofHours(1));
            FileObject file = other.files().create(upload);
            assertThat(file.id()).isEqualTo("file-1");
        }
        RecordedRequest request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/files");
        String type = request.headers().getOrDefault("Content-Type", "");
        assertThat(type).startsWith("multipart/form-data; boundary=");
        String boundary = "--" + type.substring("multipart/form-data; boundary=".length());
        assertThat(new String(request.body(), UTF_8)).isEqualTo(String.join("\r\n",
                boundary, "Content-Disposition: form-data; name=\"purpose\"", "", "assistants",
                boundary, "Content-Disposition: form-data; name=\"expires_after[anchor]\"", "", "created_at",
                boundary, "Content-Disposition: form-data; name=\"expires_after[seconds]\"", "", "3600",
                boundary, "Content-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"",
                "Content-Type: application/octet-stream", "", "a\r\nb",
                boundary + "--", ""));
        assertThat(request.headers()).containsEntry("Content-Length", String.valueOf(request.body().length));
    }

    @ParameterizedTest
    @CsvSource({"Übung 🙂.txt, Übung 🙂.txt", "say \"hi\".txt, say %22hi%22.txt", "semi;colon.txt, semi;colon.txt",
        "'a\r\nX: y.txt', a%0D%0AX: y.txt"})
    void aNameIsWrittenAsBrowsersWriteIt(String name, String written) {
        server.enqueue(Script.json(200, FILE));
        client.files().create(FileUpload.of(name, new byte[0], "assistants"));
        assertThat(new String(server.requests().get(0).body(), UTF_8))
                .contains("name=\"file\"; filename=\"" + written + "\"\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void aLargeFileIsSentFromDiskPieceByPiece(Via via, @TempDir Path folder) throws IOException {
        Path large = folder.resolve("groß.bin");
        long size = 48L * 1024 * 1024;
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek(size - 3);
            sparse.write("end".getBytes(UTF_8));
        }
        AtomicLong largestRead = new AtomicLong();
        FileUpload onDisk = FileUpload.of(large, "assistants");
        assertThat(onDisk.filename()).isEqualTo("groß.bin");
        FileUpload watched = new FileUpload(onDisk.filename(), watched(onDisk.content(), largestRead), "assistants",
                null);
        server.enqueue(Script.json(200, FILE));
        try (RunnelClient other = clientOf(server).transport(via.transport()).build()) {
            other.files().create(watched);
        }
        byte[] body = server.requests().get(0).body();
        assertThat(body.length).isBetween((int) size, (int) size + 1_000);
        assertThat(new String(Arrays.copyOfRange(body, body.length - 100, body.length), UTF_8)).contains("end\r\n--");
        assertThat(largestRead.get()).isLessThanOrEqualTo(64 * 1024);
    }

    private static Transport.Body watched(Transport.Body body, AtomicLong largestRead) {
        return new Transport.Body() {
            @Override
            public long length() {
                return body.length();
            }

            @Override
            public InputStream open() throws IOException {
                InputStream bytes = body.open();
                return new InputStream() {
                    @Override
                    public int read() throws IOException {
                        return bytes.read();
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        int n = bytes.read(target, offset, length);
                        largestRead.accumulateAndGet(n, Math::max);
                        return n;
                    }

                    @Override
                    public void close() throws IOException {
                        bytes.close();
                    }
                };
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"SOCKETS, 2, longer", "SOCKETS, 4, shorter", "JDK, 2, many", "JDK, 4, few"})
    void aFileThatIsNotAsLongAsItSaidIsNotSentAsIfItWere(Via via, int said, String reason) throws Exception {
        Transport.Body body = new Transport.Body() {
            @Override
            public long length() {
                return said;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(new byte[3]);
            }
        };
        try (RunnelClient other = clientOf(server).transport(via.transport()).build()) {
            assertThatThrownBy(() -> other.files().create(new FileUpload("f", body, "assistants", null)))
                    .isInstanceOf(ConnectionException.class).message().contains(reason);
        }
        assertThat(server.requests()).as("whole requests").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsGoneIsAnErrorThatNamesIt(Via via, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("gone.txt"), "abc");
        FileUpload upload = FileUpload.of(file, "assistants");
        Files.delete(file);
        try (RunnelClient other = clientOf(server).transport(via.transport()).build()) {
            assertThatThrownBy(() -> other.files().create(upload)).isInstanceOf(RunnelException.class)
                    .hasMessageContaining("gone.txt");
        }
        assertThatThrownBy(() -> FileUpload.of(file, "assistants")).isInstanceOf(IOException.class);
    }

    @Test
    void contentIsReadAsItComes() throws IOException {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        content[0] = 0;
        server.answerOthers(get -> Script.plain().header("content-type", "application/octet-stream").raw(content)
                .pieces(7_777));
        try (InputStream stream = client.files().content("file/1")) {
            assertThat(stream.read()).isZero();
            assertThat(stream.read(new byte[0])).isZero();
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1, content.length));
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void contentThatIsCutIsAnErrorAndNothingComesTwice() throws IOException {
        server.answerOthers(get -> Script.plain().raw("abc").close());
        try (InputStream stream = client.files().content("file-1")) {
            assertThat(stream.readNBytes(3)).asString(UTF_8).isEqualTo("abc");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void closingADownloadEndsIt() throws Exception {
        CompletableFuture<RecordedRequest> asked = new CompletableFuture<>();
        server.answerOthers(get -> {
            asked.complete(get);
            return Script.plain().raw("abc").stall();
        });
        InputStream stream = client.files().content("file-1");
        assertThat(stream.read()).isEqualTo('a');
        stream.close();
        assertThat(asked.join().awaitDisconnect(LONG)).isTrue();
    }

    @Test
    void aFileThatIsNotThereIsTheServersError() {
        server.answerOthers(get -> Script.error(404, "invalid_request_error", "No such File object: file-1"));
        assertThatThrownBy(() -> client.files().content("file-1")).isInstanceOf(ApiException.class)
                .hasMessageContaining("No such File object");
    }
}
