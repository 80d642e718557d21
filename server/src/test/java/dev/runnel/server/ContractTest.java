package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** That the other tests' watchman is awake. */
@Timeout(180)
class ContractTest {
    private static final String THREAD = """
            {"id":"thread_1","object":"thread","created_at":1,"metadata":{},"tool_resources":{}}""";
    private static final String ERROR = """
            {"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}""";
    private static final String DELTA = """
            {"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"a"}}]}}""";

    @TempDir
    Path folder;

    private TestServer server;
    private Contract contract;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        contract = new Contract(server.port(), false);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void check(String path, int status, String type, String body) {
        HttpHeaders headers = HttpHeaders.of(Map.of("content-type", List.of(type)), (name, value) -> true);
        contract.check("GET", path, new Answer(status, headers, body));
    }

    @Test
    void whatIsAsDescribedPasses() {
        assertThatCode(() -> {
            check("/v1/threads/thread_1?x=y", 200, "application/json; charset=utf-8", THREAD);
            check("/v1/threads/thread_1", 404, "application/json", ERROR);
            contract.check(new Event("1", "thread.created", THREAD));
            contract.check(new Event("2", "thread.message.delta", DELTA));
            contract.check(new Event("3", "error", ERROR));
            contract.check(new Event(null, "done", "[DONE]"));
        }).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"created_at\":1,           |                             | created_at",
        "\"created_at\":1  | \"created_at\":1.5  | integer",
        "\"object\":\"thread\"       | \"object\":\"run\"          | thread",
        "\"metadata\":{}   | \"metadata\":null   | object",
        "\"metadata\":{}             | \"metadata\":{\"a\":1}      | string",
        "\"metadata\":{}   | \"metadata\":{},\"b\":1 | 'b'"})
    void anObjectThatIsNotAsDescribedIsFound(String part, String instead, String complaint) {
        String body = THREAD.replace(part, instead == null ? "" : instead);

        assertThatThrownBy(() -> check("/v1/threads/thread_1", 200, "application/json", body))
                .isInstanceOf(AssertionError.class).hasMessageContaining(complaint);
        assertThatThrownBy(() -> contract.check(new Event("1", "thread.created", body)))
                .isInstanceOf(AssertionError.class).hasMessageContaining(complaint);
    }

    @Test
    void whatIsNotDescribedIsFound() {
        assertThatThrownBy(() -> check("/v1/nothing", 200, "application/json", THREAD))
                .hasMessageContaining("described");
        assertThatThrownBy(() -> check("/v1/threads/thread_1", 200, "text/plain", THREAD))
                .hasMessageContaining("described");
        assertThatThrownBy(() -> check("/v1/threads/thread_1", 500, "text/html", "no")).hasMessageContaining("no JSON");
        assertThatThrownBy(() -> check("/v1/threads/thread_1", 500, "application/json", THREAD))
                .hasMessageContaining("error");
        assertThatThrownBy(() -> contract.check(new Event("1", "thread.run.paused", THREAD)))
                .hasMessageContaining("thread.run.paused");
        assertThatThrownBy(() -> contract.check(
                new Event("2", "thread.message.delta", DELTA.replace("\"value\"", "\"text\""))))
                .hasMessageContaining("value");
    }
}
