package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.HttpRequest;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A request that came over a connection. For one thread. */
public final class HeadRequest implements HttpRequest {
    private final RequestHead head;
    private final BodyInput body;
    private final Consumer<Runnable> hangUp;

    /**
     * A request.
     *
     * @param hangUp is told what to do when the client hangs up
     */
    public HeadRequest(RequestHead head, BodyInput body, Consumer<Runnable> hangUp) {
        this.head = head;
        this.body = body;
        this.hangUp = hangUp;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        int query = head.target().indexOf('?');
        return query < 0 ? head.target() : head.target().substring(0, query);
    }

    @Override
    public List<String> queries(String name) {
        int query = head.target().indexOf('?');
        if (query < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (String pair : head.target().substring(query + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (decoded(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
                values.add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    /** Decodes percent-encoded text. Text that is not properly encoded stays as it is. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    @Override
    public Optional<String> header(String name) {
        return head.first(name);
    }

    @Override
    public OptionalLong contentLength() {
        return body.length();
    }

    @Override
    public boolean hasBody() {
        return body.exists();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void onHangUp(Runnable action) {
        hangUp.accept(action);
    }
}
