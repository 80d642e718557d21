package dev.runnel.server.sandbox.remote;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.edge.Routes;
import dev.runnel.server.sandbox.Outcome;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Answers the requests to a sandbox server. */
final class SandboxApi implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(SandboxApi.class.getName());

    /** The longest code, as a JSON object, in bytes. */
    static final int MAX_CODE = 16 << 20;

    /** How often a call that goes on sends a blank, so that the client knows that the server lives. */
    private static final Duration BEAT = Duration.ofSeconds(5);

    private static final String BEARER = "Bearer ";
    private static final Pattern NAME = Pattern.compile("[^/\\p{Cntrl}]{1,255}");

    private final Routes<Route> routes = new Routes<>();
    private final HeldSessions sessions;
    private final ApiKeys keys;
    private final long data;
    private final Timers timers;

    /** Answers a request. */
    private interface Route {
        void answer(Exchange exchange) throws IOException, InterruptedException;
    }

    /** A request whose route was found. */
    private record Exchange(HttpRequest request, HttpResponse response, Map<String, String> parameters) {
        String id() {
            return parameters.getOrDefault("id", "");
        }

        String name() {
            return parameters.getOrDefault("name", "");
        }

        void send(int status, Map<String, ?> json) throws IOException {
            response.header("Content-Type", "application/json");
            response.send(status, bytes(JsonValue.of(json)));
        }

        void nothing() throws IOException {
            response.send(204, new byte[0]);
        }
    }

    /** A request that cannot be carried out. */
    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        private RefusedException(int status, String why) {
            super(why);
            this.status = status;
        }
    }

    /**
     * An API.
     *
     * @param data how many bytes the files of a session may have together
     */
    SandboxApi(HeldSessions sessions, ApiKeys keys, long data, Timers timers) {
        this.sessions = sessions;
        this.keys = keys;
        this.data = data;
        this.timers = timers;
        routes.add("GET", "/healthz", exchange -> exchange.send(200, Map.of("status", "ok")));
        routes.add("GET", "/v1/sandbox", exchange -> exchange.send(200, Map.of("protocol", 1)));
        routes.add("POST", "/v1/sessions", this::begin);
        routes.add("POST", "/v1/sessions/{id}/resume", this::resume);
        routes.add("POST", "/v1/sessions/{id}/release", this::release);
        routes.add("DELETE", "/v1/sessions/{id}", this::end);
        routes.add("POST", "/v1/sessions/{id}/calls", this::call);
        routes.add("PUT", "/v1/sessions/{id}/files/{name}", this::put);
        routes.add("GET", "/v1/sessions/{id}/files/{+name}", this::read);
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException, InterruptedException {
        try {
            guard(request);
            Routes.Match<Route> match = routes.find(request.method(), request.path()).orElseThrow(
                    () -> new RefusedException(404, "There is no " + request.method() + " " + request.path() + "."));
            match.target().answer(new Exchange(request, response, match.parameters()));
        } catch (RefusedException e) {
            refuse(e.status, String.valueOf(e.getMessage()), response);
        } catch (HeldSessions.BusyException e) {
            refuse(409, "Another request uses the session.", response);
        } catch (SandboxException e) {
            refuse(503, String.valueOf(e.getMessage()), response);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a request to the sandbox failed because of a fault in this server", e);
            refuse(500, "The sandbox server had an error.", response);
        }
    }

    /** Admits requests with a key. No web page needs this server, so a request from one may be a stranger's. */
    private void guard(HttpRequest request) {
        if (request.header("Origin").isPresent()) {
            throw new RefusedException(403, "Web pages may not use a sandbox server.");
        }
        if (keys.isEmpty() || request.path().equals("/healthz")) {
            return;
        }
        String header = request.header("Authorization").orElse("");
        String key = header.startsWith(BEARER) ? header.substring(BEARER.length()).strip() : "";
        if (key.isEmpty() || keys.project(key).isEmpty()) {
            throw new RefusedException(401, "The key is wrong or missing.");
        }
    }

    /** Interrupts the request's thread if the client hangs up. The thread's call then ends, with its session. */
    private static void endWithClient(HttpRequest request) {
        request.onHangUp(Thread.currentThread()::interrupt);
    }

    private void begin(Exchange exchange) throws IOException, InterruptedException {
        endWithClient(exchange.request());
        exchange.send(200, session(sessions.begin()));
    }

    private void resume(Exchange exchange) throws IOException, InterruptedException {
        endWithClient(exchange.request());
        if (!sessions.resume(exchange.id())) {
            throw ended();
        }
        exchange.send(200, session(exchange.id()));
    }

    private Map<String, ?> session(String id) {
        return Map.of("id", id, "data_bytes", data);
    }

    private static RefusedException ended() {
        return new RefusedException(404, "The Python session has ended.");
    }

    private void release(Exchange exchange) throws IOException {
        sessions.release(exchange.id());
        exchange.nothing();
    }

    private void end(Exchange exchange) throws IOException {
        sessions.end(exchange.id());
        exchange.nothing();
    }

    private <T> T use(Exchange exchange, HeldSessions.Use<T> use) throws IOException, InterruptedException {
        return sessions.use(exchange.id(), use).orElseThrow(SandboxApi::ended);
    }

    private void put(Exchange exchange) throws IOException, InterruptedException {
        HttpRequest request = exchange.request();
        long length = request.contentLength().orElseThrow(
                () -> new RefusedException(411, "The length of the file must be given."));
        if (!NAME.matcher(exchange.name()).matches()) {
            throw new RefusedException(400, "The name of the file must have 1 to 255 characters, and no slash.");
        }
        if (length > data) {
            throw new HttpException(413, "the file is larger than " + data + " bytes");
        }
        String problem = use(exchange, session -> session.put(exchange.name(), length, request.body()));
        if (!problem.isEmpty()) {
            throw new RefusedException(422, problem);
        }
        exchange.nothing();
    }

    private void call(Exchange exchange) throws IOException, InterruptedException {
        String code = code(exchange.request());
        endWithClient(exchange.request());
        use(exchange, session -> {
            exchange.response().header("Content-Type", "application/json");
            OutputStream out = exchange.response().stream(200);
            out.write(bytes(json(run(session, code, out))));
            out.close(); // only now: an answer that breaks off must not look whole
            return true;
        });
    }

    private static String code(HttpRequest request) throws IOException {
        byte[] body = request.body().readNBytes(MAX_CODE + 1);
        if (body.length > MAX_CODE) {
            throw new HttpException(413, "the code is longer than " + MAX_CODE + " bytes");
        }
        try {
            JsonValue code = JsonValue.parse(new String(body, StandardCharsets.UTF_8)).get("code");
            if (code.isText()) {
                return code.text();
            }
        } catch (JsonException _) {
            // answered below
        }
        throw new RefusedException(400, "The body must be a JSON object with the code: {\"code\": \"…\"}.");
    }

    /** Runs code. While it runs, a blank is sent every few seconds, which JSON allows before its text. */
    private Outcome run(Session session, String code, OutputStream out) throws InterruptedException {
        Thread calling = Thread.currentThread();
        beat(out, calling);
        try (Timers.Timer _ = timers.every(BEAT, () -> beat(out, calling))) {
            return session.run(code);
        } catch (SandboxException e) {
            return Outcome.lost("", String.valueOf(e.getMessage()));
        }
    }

    private static void beat(OutputStream out, Thread calling) {
        try {
            out.write(' ');
        } catch (IOException e) {
            calling.interrupt(); // the client is gone
        }
    }

    private static JsonValue json(Outcome outcome) {
        return JsonValue.of(Map.of(
                "how", outcome.how().wire(), "output", outcome.output(), "why", outcome.why(), "files",
                outcome.files(), "more_files", outcome.moreFiles()));
    }

    private void read(Exchange exchange) throws IOException, InterruptedException {
        endWithClient(exchange.request());
        exchange.response().header("Content-Type", "application/octet-stream");
        Optional<String> problem = use(exchange, session -> {
            LateStream content = new LateStream(exchange.response());
            try {
                session.read(exchange.name(), Long.MAX_VALUE, content);
                content.close();
                return Optional.empty();
            } catch (ClientGoneException e) {
                throw e;
            } catch (IOException e) {
                if (exchange.response().begun()) {
                    throw e; // the answer breaks off, and so the client knows
                }
                return Optional.of(String.valueOf(e.getMessage()));
            }
        });
        if (problem.isPresent()) {
            throw new RefusedException(404, problem.get());
        }
    }

    /** A body that sends the answer's head with its first bytes. Until then another answer may be given. */
    private static final class LateStream extends OutputStream {
        private final HttpResponse response;
        private Optional<OutputStream> begun = Optional.empty();

        private LateStream(HttpResponse response) {
            this.response = response;
        }

        private OutputStream target() throws IOException {
            if (begun.isEmpty()) {
                begun = Optional.of(response.stream(200));
            }
            return begun.get();
        }

        @Override
        public void write(int b) throws IOException {
            target().write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            target().write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            target().close();
        }
    }

    private static byte[] bytes(JsonValue json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void refuse(int status, String why, HttpResponse response) throws IOException {
        if (response.begun()) {
            return; // it breaks off, and so the client knows
        }
        response.header("Content-Type", "application/json");
        ApiError error = status >= 500 ? ApiError.serverError(why) : ApiError.invalidRequest(why, null, null);
        response.send(status, error.toJson());
    }
}
