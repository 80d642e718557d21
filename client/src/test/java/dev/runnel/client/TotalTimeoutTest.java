package dev.runnel.client;

import dev.runnel.protocol.RunRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.Fixture.texts;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The limit on a request as a whole, where there is one. */
@Timeout(180)
class TotalTimeoutTest {
    private static final Duration TOTAL = Duration.ofMillis(700);

    /** For what has to begin before the time is over. */
    private static final Duration AMPLE = Duration.ofSeconds(3);

    private static final String LATE = "not finished within the total timeout";

    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void itEndsTheWaitForAResponse(Via via) throws InterruptedException {
        server.enqueue(Script.silent());
        try (RunnelClient client = client(via)) {
            long start = System.nanoTime();
            ConnectionException late = catchThrowableOfType(
                    ConnectionException.class, () -> client.chat().create(HI));
            assertThat(late).hasMessageEndingWith(LATE).hasCauseInstanceOf(SocketTimeoutException.class);
            assertTook(TOTAL, start);
        }
        assertThat(server.awaitRequest(0, LONG).awaitDisconnect(LONG)).isTrue();
        assertThat(server.requests()).as("there is no time for another try").hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void itEndsAnUploadThatTheServerDoesNotTake(Via via) throws IOException {
        try (ServerSocket deaf = new ServerSocket(0);
                RunnelClient client = clientOf(server).baseUrl("http://127.0.0.1:" + deaf.getLocalPort())
                        .transport(via.transport()).totalTimeout(TOTAL).build()) {
            long start = System.nanoTime();
            ConnectionException late = catchThrowableOfType(ConnectionException.class, () -> client.files()
                    .create(FileUpload.of("f", new byte[64 * 1024 * 1024], "assistants")));
            assertThat(late).hasMessageEndingWith(LATE);
            assertThat(late.isRetrySafe()).isFalse();
            assertTook(TOTAL, start);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itEndsAStreamThatIsAlive(Via via) throws InterruptedException {
        server.enqueue(Script.chat("a", "b", "c", "d", "e", "f", "g", "h").paced(Duration.ofSeconds(1)));
        try (RunnelClient client = client(via, AMPLE)) {
            long start = System.nanoTime();
            try (ChatStream stream = client.chat().stream(HI)) {
                BrokenStreamException late = catchThrowableOfType(
                        BrokenStreamException.class, () -> texts(stream));
                assertThat(late).hasMessageContaining(LATE);
                assertThat(late.events()).isBetween(1L, 7L);
                assertTook(AMPLE, start);
            }
        }
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void itEndsAStreamThatIsSilent(Via via) {
        server.enqueue(events(Script.sse(), 1, run("in_progress")).stall());
        try (RunnelClient client = client(via, AMPLE);
                RunStream stream = client.runs().stream("thread_1", RunRequest.builder("asst_1").build())) {
            take(stream);
            BrokenStreamException late = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(late).hasMessageContaining(LATE);
            assertThat(late.position()).contains(new Position("thread_1", "run_1", 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsForAllTriesTogether(Via via) {
        Script soon = Script.error(503, "server_error", "busy").header("retry-after-ms", "1200");
        server.answer(request -> soon);
        try (RunnelClient client = clientOf(server).transport(via.transport()).totalTimeout(AMPLE).maxRetries(50)
                .build()) {
            ApiException busy = catchThrowableOfType(ApiException.class, () -> client.chat().create(HI));
            assertThat(busy.status()).isEqualTo(503);
        }
        assertThat(server.requests()).hasSizeBetween(1, 3);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondTryHasOnlyWhatIsLeft(Via via) {
        server.enqueue(Script.error(503, "server_error", "busy").header("retry-after-ms", "100"), Script.silent());
        try (RunnelClient client = client(via, AMPLE)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.chat().create(HI)).isInstanceOf(ConnectionException.class);
            assertTook(AMPLE, start);
        }
        assertThat(server.requests()).hasSize(2);
    }

    /** And not as long as the idle timeout. */
    private static void assertTook(Duration total, long start) {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(total.minusMillis(5), LONG);
    }

    private RunnelClient client(Via via) {
        return client(via, TOTAL);
    }

    private RunnelClient client(Via via, Duration total) {
        return clientOf(server).transport(via.transport()).totalTimeout(total).build();
    }
}
