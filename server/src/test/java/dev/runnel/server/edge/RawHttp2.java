package dev.runnel.server.edge;

import dev.runnel.client.transport.TlsSettings;
import dev.runnel.server.edge.http2.hpack.HeaderDecoder;
import dev.runnel.server.edge.http2.hpack.HeaderField;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client of HTTP/2 that sends the very frames it is told to. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final int PATIENCE_MILLIS = 60_000;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
    private final HeaderDecoder decoder = new HeaderDecoder(100, 100_000);

    /** A frame that came. */
    static final class Frame {
        private final int type;
        private final int flags;
        private final int stream;
        private final byte[] payload;

        private Frame(int type, int flags, int stream, byte[] payload) {
            this.type = type;
            this.flags = flags;
            this.stream = stream;
            this.payload = payload;
        }

        int type() {
            return type;
        }

        int stream() {
            return stream;
        }

        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        int number(int at) {
            return ByteBuffer.wrap(payload).getInt(at);
        }

        /** The error of a GOAWAY or RST_STREAM. */
        int error() {
            return type == GOAWAY ? number(4) : number(0);
        }
    }

    /** A response that came whole. */
    record Response(Map<String, String> headers, String body) {
        int status() {
            return Integer.parseInt(headers.getOrDefault(":status", "0"));
        }
    }

    private RawHttp2(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects, and says nothing yet. */
    static RawHttp2 silent(int port, Path trusted) throws IOException {
        SSLSocket socket = (SSLSocket) TlsSettings.trusting(trusted).context().getSocketFactory()
                .createSocket("localhost", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new RawHttp2(socket);
    }

    /** Connects, and begins with these settings. */
    static RawHttp2 open(int port, Path trusted, int... settings) throws IOException {
        RawHttp2 client = silent(port, trusted);
        client.unsent.writeBytes(ascii(PREFACE));
        client.settings(settings).send();
        return client;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Fields as a header block that uses no table: names and values by turns. */
    static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i++) {
            if (i % 2 == 0) {
                block.write(0);
            }
            byte[] text = ascii(fields[i]);
            if (text.length < 127) {
                block.write(text.length);
            } else {
                block.write(127);
                int rest = text.length - 127;
                for (; rest >= 128; rest >>>= 7) {
                    block.write((rest & 127) | 128);
                }
                block.write(rest);
            }
            block.writeBytes(text);
        }
        return block.toByteArray();
    }

    /** A request's header block. */
    static byte[] request(String method, String path, String... more) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(block(":method", method, ":scheme", "https", ":authority", "localhost", ":path", path));
        block.writeBytes(block(more));
        return block.toByteArray();
    }

    /** Adds a frame to what is sent next. */
    RawHttp2 frame(int type, int flags, int stream, byte... payload) {
        return frame(type, flags, stream, payload.length, payload);
    }

    /** Adds a frame that announces another length than it has. */
    RawHttp2 frame(int type, int flags, int stream, int length, byte[] payload) {
        unsent.writeBytes(ByteBuffer.allocate(9).put((byte) (length >> 16)).putShort((short) length).put((byte) type)
                .put((byte) flags).putInt(stream).array());
        unsent.writeBytes(payload);
        return this;
    }

    /** Adds settings: ids and values by turns. */
    RawHttp2 settings(int... settings) {
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    /** Adds a frame whose payload is a number. */
    RawHttp2 number(int type, int stream, int number) {
        return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
    }

    /** Adds a request without a body. */
    RawHttp2 get(int stream, String path) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, request("GET", path));
    }

    /** Adds a request whose body follows. */
    RawHttp2 post(int stream, String path, String... more) {
        return frame(HEADERS, END_HEADERS, stream, request("POST", path, more));
    }

    /** Adds bytes that are no frame. */
    RawHttp2 bytes(byte... bytes) {
        unsent.writeBytes(bytes);
        return this;
    }

    /** Sends what was added. */
    RawHttp2 send() throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(unsent.toByteArray());
        out.flush();
        unsent.reset();
        return this;
    }

    /** The next frame; empty if the connection has ended. */
    Optional<Frame> next() throws IOException {
        try {
            int first = in.readInt();
            byte[] rest = in.readNBytes(5);
            byte[] payload = in.readNBytes(first >>> 8);
            return Optional.of(new Frame(first & 0xff, rest[0], ByteBuffer.wrap(rest, 1, 4).getInt(), payload));
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        }
    }

    /** The first frame from now on that is of this kind; the frames before it are dropped. */
    Frame await(Predicate<Frame> kind) throws IOException {
        for (Optional<Frame> frame = next(); frame.isPresent(); frame = next()) {
            if (kind.test(frame.get())) {
                return frame.get();
            }
        }
        throw new AssertionError("the connection ended before such a frame");
    }

    /** The first frame from now on of a type. */
    Frame await(int type) throws IOException {
        return await(frame -> frame.type() == type);
    }

    /** The response on a stream; frames of other streams that come before its end are dropped. */
    Response response(int stream) throws IOException {
        Map<String, String> headers = new HashMap<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Frame frame;
        do {
            frame = await(any -> any.stream() == stream || any.type() == HEADERS);
            if (frame.type() == HEADERS) {
                for (HeaderField field : decoder.decode(frame.payload, 0, frame.payload.length).fields()) {
                    if (frame.stream() == stream) {
                        headers.put(field.name(), field.value());
                    }
                }
            } else if (frame.type() == DATA) {
                body.writeBytes(frame.payload);
            } else if (frame.type() == RST_STREAM) {
                throw new AssertionError("the stream was reset with " + frame.error());
            }
        } while (frame.stream() != stream || !frame.has(END_STREAM) || frame.type() > HEADERS);
        return new Response(headers, body.toString(StandardCharsets.ISO_8859_1));
    }

    /** Whether the server closes the connection; frames that come before are dropped. */
    boolean ended() throws IOException {
        while (next().isPresent()) {
            // Only the end counts.
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
