package dev.runnel.cli.servers;

import dev.runnel.cli.base.CommandException;
import dev.runnel.protocol.JsonValue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Routes of a running server that the protocol does not have, and so the client does not know. Thread-safe. */
public final class OwnRoutes {
    private final String root;
    private final @Nullable String key;

    /**
     * The routes of a server.
     *
     * @param address as a person types it
     */
    public OwnRoutes(String address, @Nullable String key) {
        String base = Target.base(address);
        this.root = base.substring(0, base.length() - "/v1".length());
        this.key = key;
    }

    /**
     * The answer at a path from the server's root on.
     *
     * @throws CommandException if there is none, or it is no JSON object
     */
    public JsonValue get(String path) {
        return send("GET", path, null);
    }

    /** As {@link #get}, with a method, and a body unless that is null. */
    public JsonValue send(String method, String path, @Nullable JsonValue body) {
        try (HttpProbe probe = new HttpProbe(root, key)) {
            HttpProbe.Answer answer = probe.send(method, root + path, body);
            if (answer.status() == 200 && answer.json().isObject()) {
                return answer.json();
            }
            String said = answer.json().get("error").get("message").text();
            throw new CommandException(root + " answers with " + answer.status() + ": "
                    + (said.isEmpty() ? answer.quoted() : said));
        } catch (IOException e) {
            throw new CommandException(root + " cannot be reached: " + e.getMessage());
        }
    }
}
