package dev.runnel.server.sandbox.remote;

import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.Session;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sessions on a {@linkplain SandboxServer sandbox server}. The sessions stay there when this object is closed. Thread-safe. */
public final class RemoteSandbox implements Sandbox {
    private static final System.Logger LOG = System.getLogger(RemoteSandbox.class.getName());

    private final SandboxCalls calls;

    private RemoteSandbox(SandboxCalls calls) {
        this.calls = calls;
    }

    /**
     * The sandbox of a server. A server that does not answer is logged, and no error: the server may come up later.
     *
     * @param url of the server, as {@code http://sandbox:8090}
     * @param key the server's key; null if the server asks for none
     * @throws IllegalArgumentException if the URL is none of http or https
     * @throws SandboxException if the server refuses the key, or is no sandbox server
     */
    public static RemoteSandbox open(String url, @Nullable String key) {
        SandboxCalls calls = new SandboxCalls(base(url), key, new SocketTransport());
        try {
            calls.check();
        } catch (SandboxCalls.UnreachableException e) {
            LOG.log(Level.WARNING, "until the sandbox server answers, models are told that their code was not run");
        } catch (RuntimeException e) {
            calls.close();
            throw e;
        }
        return new RemoteSandbox(calls);
    }

    /**
     * The URL of a sandbox server, without slashes at its end.
     *
     * @throws IllegalArgumentException if the URL is none of http or https
     */
    public static URI base(String url) {
        URI uri = URI.create(url.strip().replaceAll("/+$", ""));
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("'" + url + "' is not the URL of a server, such as http://sandbox:8090");
        }
        return uri;
    }

    @Override
    public Session begin() throws InterruptedException {
        try (Transport.Response response = calls.send("POST", "/v1/sessions", null, SandboxCalls.STARTING)) {
            return session(calls.json(calls.require(response)));
        }
    }

    @Override
    public Optional<Session> resume(String id) throws InterruptedException {
        try (Transport.Response response = calls.send(
                "POST", SandboxCalls.path(id) + "/resume", null, SandboxCalls.STARTING)) {
            return response.status() == SandboxCalls.ENDED
                    ? Optional.empty()
                    : Optional.of(session(calls.json(calls.require(response))));
        }
    }

    private Session session(JsonValue json) {
        String id = json.get("id").text();
        if (id.isEmpty() || !(json.get("data_bytes").toJava() instanceof Number data)) {
            throw new SandboxException("The sandbox server sent an answer that is none of its protocol.");
        }
        return new RemoteSession(id, data.longValue(), calls);
    }

    @Override
    public void end(String id) {
        calls.end(id);
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public String inWords() {
        return "on the sandbox server " + calls.base();
    }

    @Override
    public void close() {
        calls.close();
    }
}
