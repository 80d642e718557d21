package dev.runnel.server;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** That the witness of the other tests sees all that goes by: here in front of a server that says what it should not. */
@Timeout(180)
class WitnessTest {
    private static final String THREAD = """
            {"id":"thread_1","object":"thread","created_at":1,"metadata":{},"tool_resources":{}}""";
    private static final String WRONG = THREAD.replace("\"thread\"", "\"string\"");

    @TempDir
    Path folder;

    private TestServer described;
    private ScriptedModelServer other;
    private Witness witness;

    @BeforeEach
    void start() {
        described = TestServer.start(folder);
        other = ScriptedModelServer.start();
        witness = new Witness(other.baseUri().getPort(), new Contract(described.port(), false));
    }

    @AfterEach
    void stop() {
        described.close();
    }

    /** Creates a thread so many times on one connection. */
    private String ask(Script... scripts) throws IOException {
        StringBuilder seen = new StringBuilder();
        try (RawHttp raw = new RawHttp(witness.port())) {
            for (Script script : scripts) {
                other.enqueue(script);
                raw.post("/threads", "{}");
                seen.append(raw.readUntil("}}")).append(' ');
            }
        }
        other.close();
        return seen.toString();
    }

    @Test
    void whatIsAsDescribedGoesByAsItIs() throws IOException {
        String seen = ask(
                Script.json(200, THREAD), Script.sse().raw(": ping\n").event("thread.created", THREAD),
                Script.json(200, THREAD));

        assertThat(seen).containsSubsequence(
                "HTTP/1.1 200", "content-length", "\r\n\r\n" + THREAD, "HTTP/1.1 200", "text/event-stream",
                ": ping\n", "event: thread.created", "HTTP/1.1 200");
        assertThatCode(witness::close).doesNotThrowAnyException();
    }

    static Stream<Arguments> whatIsNotAsDescribedIsSaidInTheEnd() {
        return Stream.of(
                Arguments.of(new Script[] {Script.json(200, WRONG)}, "POST /v1/threads"),
                Arguments.of(new Script[] {Script.json(500, THREAD)}, "ErrorResponse"),
                Arguments.of(new Script[] {Script.json(200, THREAD), Script.json(200, WRONG)}, "POST /v1/threads"),
                Arguments.of(new Script[] {Script.sse().event("thread.created", WRONG)}, "thread.created"),
                Arguments.of(new Script[] {Script.sse().event("thread.painted", THREAD)}, "thread.painted"),
                Arguments.of(
                        new Script[] {Script.sse().event("thread.created", THREAD), Script.json(200, WRONG)},
                        "POST /v1/threads"));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNotAsDescribedIsSaidInTheEnd(Script[] scripts, String complaint) throws IOException {
        assertThat(ask(scripts)).contains("HTTP/1.1");

        assertThatThrownBy(witness::close).isInstanceOf(AssertionError.class).hasMessageContaining(complaint);
    }
}
