package dev.runnel.client;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.RunRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collections;
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

/**
 * The limit on a request as a whole, where there is one. A client has made a request before it, so that little else than what is tested
 * takes time.
 */
@Timeout(30)
class TotalTimeoutTest {
    private static final Duration TOTAL = Duration.ofMillis(1_500);
    private static final String LATE = "not finished within the total timeout";

    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void itEndsTheWaitForAResponse(Via via) throws InterruptedException {
        try (RunnelClient client = client(via)) {
            server.enqueue(Script.silent());
            long start = System.nanoTime();
            ConnectionException late = catchThrowableOfType(
                    ConnectionException.class, () -> client.chat().create(HI));
            assertThat(late).hasMessageEndingWith(LATE).hasCauseInstanceOf(SocketTimeoutException.class);
            assertTookTheTotal(start);
        }
        assertThat(server.awaitRequest(1, LONG).awaitDisconnect(LONG)).isTrue();
        assertThat(server.requests()).as("there is no time for another try").hasSize(2);
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
            assertTookTheTotal(start);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itEndsAStreamThatIsAlive(Via via) throws InterruptedException {
        try (RunnelClient client = client(via)) {
            server.enqueue(Script.chat(Collections.nCopies(1_000, "a")).paced(Duration.ofMillis(50)));
            long start = System.nanoTime();
            try (ChatStream stream = client.chat().stream(HI)) {
                BrokenStreamException late = catchThrowableOfType(
                        BrokenStreamException.class, () -> texts(stream));
                assertThat(late).hasMessageContaining(LATE);
                assertThat(late.events()).isBetween(1L, 999L);
                assertTookTheTotal(start);
            }
        }
        assertThat(server.awaitRequest(1, LONG).awaitDisconnect(LONG)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void itEndsAStreamThatIsSilent(Via via) {
        try (RunnelClient client = client(via)) {
            server.enqueue(events(Script.sse(), 1, run("in_progress")).stall());
            try (RunStream stream = client.runs().stream("thread_1", RunRequest.builder("asst_1").build())) {
                take(stream);
                BrokenStreamException late = catchThrowableOfType(BrokenStreamException.class, stream::next);
                assertThat(late).hasMessageContaining(LATE);
                assertThat(late.position()).contains(new Position("thread_1", "run_1", 1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsForAllTriesTogether(Via via) {
        try (RunnelClient client = client(via, 50)) {
            Script soon = Script.error(503, "server_error", "busy").header("retry-after-ms", "600");
            server.answer(request -> soon);
            ApiException busy = catchThrowableOfType(ApiException.class, () -> client.chat().create(HI));
            assertThat(busy.status()).isEqualTo(503);
        }
        assertThat(server.requests()).hasSizeBetween(2, 4);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondTryHasOnlyWhatIsLeft(Via via) throws InterruptedException {
        try (RunnelClient client = client(via)) {
            server.enqueue(Script.error(503, "server_error", "busy").header("retry-after-ms", "100"), Script.silent());
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.chat().create(HI)).isInstanceOf(ConnectionException.class);
            assertTookTheTotal(start);
        }
        assertThat(server.awaitRequest(2, LONG).awaitDisconnect(LONG)).isTrue();
    }

    /** No less; how much more, is the machine's business. */
    private static void assertTookTheTotal(long start) {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(TOTAL.minusMillis(5));
    }

    private RunnelClient client(Via via) {
        return client(via, 2);
    }

    private RunnelClient client(Via via, int retries) {
        Transport transport = via.transport();
        server.enqueue(Script.chat("warm"));
        RunnelClient patient = clientOf(server).transport(transport).build();
        assertThat(patient.chat().create(HI).text()).isEqualTo("warm");
        return clientOf(server).transport(transport).totalTimeout(TOTAL).maxRetries(retries).build();
    }
}
