package dev.runnel.server;

import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.Model;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.LogLines;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A stream that a fault of the server's ends: its client must not take it for whole. */
@Timeout(60)
class CutStreamTest {
    @TempDir
    Path folder;

    @Test
    void aFaultCutsTheConnectionAndSendsNoLastChunk() throws IOException {
        ServerOptions options = ServerOptions.local(TestDatabases.url(folder, "cut"));
        try (LogLines log = LogLines.of("dev.runnel.server.http.HttpApi");
                RunnelServer server = RunnelServer.start(options, new Faulty());
                RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions",
                    "{\"model\": \"m\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");

            raw.readUntil("data: {\"choices\":[]}\n\n\r\n");
            assertThatThrownBy(raw::readToEnd).isInstanceOf(EOFException.class)
                    .hasMessage("the connection was closed within an answer, after: ");
            server.stop(Duration.ZERO);
            assertThat(log.lines()).singleElement().asString()
                    .contains("the answer broke off", "IllegalStateException: a fault");
        }
    }

    /** Says one thing, and then fails in a way that no model should. */
    private static final class Faulty implements Model {
        @Override
        public ChatRelay relay(byte[] request) {
            return new ChatRelay() {
                private boolean said;

                @Override
                public byte @Nullable [] next() {
                    if (said) {
                        throw new IllegalStateException("a fault");
                    }
                    said = true;
                    return "{\"choices\":[]}".getBytes(StandardCharsets.US_ASCII);
                }

                @Override
                public byte @Nullable [] nextArrived() {
                    return null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public ModelStream stream(ChatRequest prompt) {
            throw new AssertionError("no run is made");
        }

        @Override
        public ChatAnswer complete(byte[] request) {
            throw new AssertionError("only streams are asked for");
        }

        @Override
        public Optional<byte[]> embed(byte[] request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ModelInfo> list() {
            return List.of();
        }

        @Override
        public String description() {
            return "a faulty model";
        }

        @Override
        public void close() {}
    }
}
