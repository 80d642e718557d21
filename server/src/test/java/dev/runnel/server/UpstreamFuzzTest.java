package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Model servers gone mad: streams whose bytes are dropped, doubled, cut, mixed up or of the wrong types, and answers without end. Each run
 * ends, each chat completion is answered and framed, and the connection to the model server is let go.
 */
@Timeout(180)
class UpstreamFuzzTest {
    private static final int ROUNDS = 40;
    private static final Set<String> RESTING = Set.of("completed", "failed", "incomplete", "requires_action");
    private static final String CHAT = """
            {"model": "m", "stream": %s, "messages": [{"role": "user", "content": "Hi"}]}""";

    private static final String STREAM = """
            : hello

            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\
            "delta":{"role":"assistant","content":"Hélló"},"finish_reason":null}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function",\
            "function":{"name":"weather","arguments":"{\\"city\\":"}}]},"finish_reason":null}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}},\
            {"index":1,"id":"b","function":{"name":"weather","arguments":"{}"}}]},"finish_reason":null}]}

            data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}

            data: [DONE]

            """;

    private static final List<String> ODD = List.of("null", "-1", "1e999", "\"\"", "\"x\"", "[]", "[[{}]]", "{}",
            "true",
            "9223372036854775807", "NaN", "\"\\u0000\"", "\"\\ud800\"", "{\"a\":[1]}");

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    enum Mutation {
        DROPPED {
            @Override
            byte[] of(byte[] stream, Random random) {
                int from = random.nextInt(stream.length);
                int to = Math.min(stream.length, from + 1 + random.nextInt(20));
                return join(Arrays.copyOf(stream, from), Arrays.copyOfRange(stream, to, stream.length));
            }
        },
        DOUBLED {
            @Override
            byte[] of(byte[] stream, Random random) {
                int from = random.nextInt(stream.length);
                int to = Math.min(stream.length, from + 1 + random.nextInt(200));
                return join(Arrays.copyOf(stream, to), Arrays.copyOfRange(stream, from, stream.length));
            }
        },
        CUT {
            @Override
            byte[] of(byte[] stream, Random random) {
                return Arrays.copyOf(stream, random.nextInt(stream.length));
            }
        },
        REORDERED {
            @Override
            byte[] of(byte[] stream, Random random) {
                List<String> lines = new ArrayList<>(
                        List.of(new String(stream, UTF_8).split("(?<=\n\n)", -1)));
                Collections.shuffle(lines, random);
                return String.join("", lines).getBytes(UTF_8);
            }
        },
        NOISE {
            @Override
            byte[] of(byte[] stream, Random random) {
                byte[] noisy = stream.clone();
                for (int i = 0; i < 5; i++) {
                    noisy[random.nextInt(noisy.length)] = (byte) random.nextInt(256);
                }
                return noisy;
            }
        },
        LINE_ENDS {
            @Override
            byte[] of(byte[] stream, Random random) {
                String[] ends = {"\n", "\r", "\r\n", "\n\r", "\u2028", "\n \n"};
                StringBuilder text = new StringBuilder();
                for (String line : new String(stream, UTF_8).split("\n", -1)) {
                    text.append(line).append(ends[random.nextInt(ends.length)]);
                }
                return text.toString().getBytes(UTF_8);
            }
        },
        ENCODING {
            @Override
            byte[] of(byte[] stream, Random random) {
                var sets = List.of(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE);
                return new String(stream, UTF_8).getBytes(sets.get(random.nextInt(sets.size())));
            }
        },
        TYPES {
            @Override
            byte[] of(byte[] stream, Random random) {
                String text = new String(stream, UTF_8);
                for (int i = 0; i < 3; i++) {
                    List<MatchResult> values = Pattern
                            .compile("(?<=\":)(\"[^\"\\\\]*\"|null|[0-9]+|\\[|\\{)").matcher(text).results().toList();
                    var value = values.get(random.nextInt(values.size()));
                    text = text.substring(0, value.start()) + ODD.get(random.nextInt(ODD.size()))
                            + text.substring(value.end());
                }
                return text.getBytes(UTF_8);
            }
        };

        abstract byte[] of(byte[] stream, Random random);

        static byte[] join(byte[] first, byte[] second) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(first);
            both.writeBytes(second);
            return both.toByteArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverBecomesOfTheStreamTheRunRestsAndTheRelayIsFramed(Mutation mutation) {
        Random random = new Random(mutation.name().hashCode());
        String assistant = server.newWeatherAssistant();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] stream = mutation.of(STREAM.getBytes(UTF_8), random);
            server.models().answer(request -> Script.sse().raw(stream));
            String seen = mutation + " " + round + ": " + new String(stream, UTF_8);
            try (EventReader reader = server.run(assistant, server.newThread())) {
                List<EventReader.Event> events = reader.rest();
                JsonNode run = server.get(TestServer.runPath(events)).ok();
                assertThat(RESTING).as(seen).contains(run.path("status").asText());
                assertThat(run.at("/last_error/message").asText()).as(seen)
                        .doesNotContain("something went wrong", "Exception");
            }
            for (boolean streamed : new boolean[] {true, false}) {
                Answer answer = server.post("/chat/completions", CHAT.formatted(streamed));
                assertThat(answer.status()).as(seen).isIn(200, 502);
                boolean events = streamed && answer.status() == 200;
                assertThat(answer.body().lines().filter(line -> !line.isEmpty())).as(seen + "\n" + answer.body())
                        .allMatch(line -> line.startsWith(events ? "data: " : "{"));
            }
        }
    }

    // ---- without end

    interface Endless {
        void write(OutputStream out) throws IOException;
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }

    private static void forever(OutputStream out, String text, int limit) throws IOException {
        byte[] piece = text.repeat(65_536 / text.length()).getBytes(UTF_8);
        for (long sent = 0; sent < limit; sent += piece.length) {
            out.write(piece);
        }
    }

    static Stream<Arguments> endless() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        return Stream.of(
                endless("headers", out -> {
                    send(out, "HTTP/1.1 200 OK\r\n");
                    forever(out, "X-Header: value\r\n", 100_000_000);
                }),
                endless("one header", out -> {
                    send(out, "HTTP/1.1 200 OK\r\nX: ");
                    forever(out, "x", 100_000_000);
                }),
                endless("interim responses",
                        out -> forever(out, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 100_000_000)),
                endless("a line of 100 MB", out -> {
                    send(out, head + "data: ");
                    forever(out, "x", 100_000_000);
                    send(out, "\n\n");
                }),
                endless("data lines of one event", out -> {
                    send(out, head);
                    forever(out, "data: [1,\n", 100_000_000);
                }),
                endless("JSON instead of a stream", out -> {
                    send(out, head + "{\"choices\":[");
                    forever(out, "[],", 100_000_000);
                }),
                endless("an event id", out -> {
                    send(out, head + "id: ");
                    forever(out, "1", 100_000_000);
                }),
                endless("a chunk extension", out -> {
                    send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;");
                    forever(out, "x", 100_000_000);
                }),
                endless("an error body", out -> {
                    send(out, "HTTP/1.1 400 Bad Request\r\n\r\n{\"error\":\"");
                    forever(out, "x", 100_000_000);
                }));
    }

    private static Arguments endless(String what, Endless answer) {
        return Arguments.of(what, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    void whatHasNoEndIsGivenUpInWords(String what, Endless answer, @TempDir Path other) throws IOException {
        try (Mad mad = new Mad(answer)) {
            TestServer behind = TestServer.startWithModels(other,
                    "http://127.0.0.1:" + mad.port() + "/v1");
            try (behind) {
                String assistant = behind.newAssistant();
                try (EventReader reader = behind.run(assistant, behind.newThread())) {
                    JsonNode run = EventReader.only(reader.rest(), "thread.run.failed").json();
                    assertThat(run.at("/last_error/message").asText()).as(what).isNotEmpty().hasSizeLessThan(2_000)
                            .doesNotContain("Exception", "something went wrong");
                }
                for (boolean streamed : new boolean[] {true, false}) {
                    Answer refused = behind.post("/chat/completions", CHAT.formatted(streamed));
                    assertThat(refused.status()).as(what).isIn(400, 502);
                    assertThat(refused.error().path("message").asText()).isNotEmpty().hasSizeLessThan(2_000);
                }
            }
            assertThat(mad.awaitIdle(Duration.ofSeconds(10))).as("all connections are let go").isTrue();
        }
    }

    /** A server that reads a request's head and part of its body, and then writes without listening. */
    private static final class Mad implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger open = new AtomicInteger();

        Mad(Endless answer) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket socket = listener.accept();
                        open.incrementAndGet();
                        Thread.ofVirtual().start(() -> serve(socket, answer));
                    }
                } catch (IOException e) {
                    // Closed.
                }
            });
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve(Socket socket, Endless answer) {
            try (socket; InputStream in = socket.getInputStream()) {
                byte[] request = new byte[65_536];
                int n = in.read(request);
                assertThat(n).isPositive();
                answer.write(socket.getOutputStream());
                socket.shutdownOutput();
                while (in.read(request) >= 0) {
                    // Until the other leaves.
                }
            } catch (IOException e) {
                // It has left.
            } finally {
                open.decrementAndGet();
            }
        }

        boolean awaitIdle(Duration patience) {
            long end = System.nanoTime() + patience.toNanos();
            while (open.get() > 0 && System.nanoTime() < end) {
                LockSupport.parkNanos(10_000_000);
            }
            return open.get() == 0;
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
