package dev.runnel.server.sandbox.remote;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.sandbox.Outcome;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** A session on a sandbox server. */
final class RemoteSession implements Session {
    private static final int DOES_NOT_FIT = 422;

    private final String id;
    private final long data;
    private final SandboxCalls calls;
    private final AtomicBoolean killed = new AtomicBoolean();

    /**
     * A session.
     *
     * @param data the most bytes of all its files together
     */
    RemoteSession(String id, long data, SandboxCalls calls) {
        this.id = id;
        this.data = data;
        this.calls = calls;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String put(String name, long length, InputStream content) throws InterruptedException {
        if (length > data) {
            return Session.tooLarge(data);
        }
        Transport.Body body = new Transport.Body() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public InputStream open() {
                return content;
            }
        };
        try (Transport.Response response = send("PUT", file(name), body, SandboxCalls.SENDING)) {
            if (response.status() == DOES_NOT_FIT) {
                return calls.words(response);
            }
            calls.require(response);
            return "";
        }
    }

    private String file(String name) {
        return SandboxCalls.path(id) + "/files/"
                + Arrays.stream(name.split("/", -1)).map(SandboxCalls::segment).collect(Collectors.joining("/"));
    }

    /** Sends a request of this session. If the calling thread is interrupted, the session ends. */
    private Transport.Response send(String method, String path, Transport.Body body, Transport.Timeouts timeouts)
            throws InterruptedException {
        try {
            return calls.send(method, path, body, timeouts);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
    }

    @Override
    public Outcome run(String code) throws InterruptedException {
        byte[] body = JsonValue.of(Map.of("code", code)).toString().getBytes(StandardCharsets.UTF_8);
        try (Transport.Response response = send(
                "POST", SandboxCalls.path(id) + "/calls", Transport.Body.of(body), SandboxCalls.SENDING)) {
            return outcome(calls.json(calls.require(response)));
        } catch (SandboxCalls.UnreachableException e) {
            if (e.isBeforeRequest()) {
                throw e;
            }
            kill();
            return Outcome.lost("", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
    }

    private static Outcome outcome(JsonValue json) {
        Outcome.How how = Outcome.How.of(json.get("how").text()).orElseThrow(
                () -> new SandboxException("The sandbox server did not say how the call ended."));
        String output = json.get("output").text();
        List<String> files = json.get("files").elements().stream().map(JsonValue::text).toList();
        return how == Outcome.How.LOST
                ? Outcome.lost(output, json.get("why").text())
                : Outcome.of(how, output, files, Boolean.TRUE.equals(json.get("more_files").toJava()));
    }

    @Override
    public void read(String name, long most, OutputStream target) throws IOException, InterruptedException {
        try (Transport.Response response = calls.send("GET", file(name), null, SandboxCalls.PROMPT)) {
            if (response.status() / 100 != 2) {
                throw new IOException(calls.words(response));
            }
            copy(response, most, target);
        } catch (SandboxCalls.UnreachableException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
    }

    private void copy(Transport.Response response, long most, OutputStream target)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[64 << 10];
        long count = 0;
        while (true) {
            int n;
            try {
                n = response.read(buffer);
            } catch (IOException e) {
                throw calls.failure(e);
            }
            if (n < 0) {
                return;
            }
            count += n;
            if (count > most) {
                throw new IOException("it is longer than " + most + " bytes");
            }
            target.write(buffer, 0, n);
        }
    }

    @Override
    public void kill() {
        if (killed.compareAndSet(false, true)) {
            Thread.ofVirtual().name("sandbox-kill").start(() -> calls.end(id));
        }
    }

    @Override
    public void close() {
        if (!killed.get()) {
            calls.tell("POST", SandboxCalls.path(id) + "/release");
        }
    }
}
