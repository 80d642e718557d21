package dev.runnel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ApiError;
import dev.runnel.server.base.Answering;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.base.RequestId;
import dev.runnel.server.base.TraceHeaders;
import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.edge.Routes;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.engine.projects.ProjectKeys;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.http.assistants.AssistantEndpoints;
import dev.runnel.server.http.chat.ChatEndpoints;
import dev.runnel.server.http.embeddings.EmbeddingEndpoints;
import dev.runnel.server.http.exchange.AzurePaths;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.RateHeaders;
import dev.runnel.server.http.exchange.RequestPolicy;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.ToolPolicy;
import dev.runnel.server.http.files.FileRoutes;
import dev.runnel.server.http.openapi.OpenApi;
import dev.runnel.server.http.openapi.Operation;
import dev.runnel.server.http.page.WebPage;
import dev.runnel.server.http.projects.ProjectEndpoints;
import dev.runnel.server.http.responses.ResponseEndpoints;
import dev.runnel.server.http.vectorstores.VectorStoreEndpoints;
import dev.runnel.server.metrics.Metrics;
import dev.runnel.server.model.Hops;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.LimitException;
import dev.runnel.server.projects.Projects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static dev.runnel.server.http.openapi.Operation.describe;
import static dev.runnel.server.options.ServerOptions.ACCESS_LOG;
import static dev.runnel.server.options.ServerOptions.ALLOWED_ORIGINS;
import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.HEARTBEAT;
import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static dev.runnel.server.options.ServerOptions.INSECURE;
import static dev.runnel.server.options.ServerOptions.MAX_BODY;
import static dev.runnel.server.options.ServerOptions.MAX_FILE;
import static dev.runnel.server.options.ServerOptions.NO_PAGE;
import static dev.runnel.server.options.ServerOptions.OPERATOR_KEY;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The HTTP API: finds the route of each request, and turns failures into answers. */
public final class HttpApi implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(HttpApi.class.getName());
    private static final String REQUEST_ID = "x-request-id";
    private static final String VERSION = "openai-version";
    private static final String SHOULD_RETRY = "x-should-retry";
    private static final String PROCESSING = "openai-processing-ms";

    /** The content type of Prometheus' text format. */
    private static final String SCRAPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final int LOOP_DETECTED = 508;

    /** After how many seconds a client should repeat a request that gets a 503. */
    private static final String RETRY_SECONDS = "5";

    /** Stands for the method and the route of requests that have no route. */
    private static final String NO_ROUTE = "_OTHER";

    /** The status by which other servers note that the client went before there was an answer. */
    private static final int CLIENT_GONE = 499;

    private final Routes<Route> routes = new Routes<>();
    private final OpenApi openApi = new OpenApi();
    private final ServerOptions options;
    private final RequestPolicy policy;
    private final WebPages pages;
    private final Guard guard;
    private final WebPage page = new WebPage();
    private final Metrics metrics;
    private final AccessLog accesses;

    /** A handler, and the template of the paths that lead to it. */
    private record Route(String template, Router.Handler handler) {}

    private HttpApi(Engine engine, Projects projects, ServerOptions options, Metrics metrics) {
        this.options = options;
        this.policy = RequestPolicy.of(options.get(MAX_BODY),
                new ToolPolicy(
                        options.interpretsCode() ? Set.of("code_interpreter") : Set.of(),
                        options.get(IGNORE_UNSUPPORTED_TOOLS)),
                engine.admissions());
        this.metrics = metrics;
        this.accesses = new AccessLog(options.get(ACCESS_LOG));
        this.pages = new WebPages(options.get(ALLOWED_ORIGINS));
        this.guard = guard(projects, engine.keys());
    }

    /**
     * The handler that answers all requests to a server.
     *
     * @param projects have keys of their own
     * @param metrics is told of requests and streams, and is shown at {@code /metrics}
     */
    public static HttpHandler of(Engine engine, Model model, Projects projects, ServerOptions options,
            Metrics metrics) {
        HttpApi api = new HttpApi(engine, projects, options, metrics);
        api.add(new AssistantEndpoints(engine, options.get(HEARTBEAT), metrics));
        api.add(new ResponseEndpoints(engine, options.get(HEARTBEAT), metrics));
        api.add(new FileRoutes(engine.files(), options.get(MAX_FILE)));
        api.add(new VectorStoreEndpoints(engine.vectorStores()));
        api.add(new EmbeddingEndpoints(model, engine.vectorStores().embedding()));
        api.add(new ChatEndpoints(model, engine.admissions(), engine.usage()));
        api.add(new ProjectEndpoints(engine.keys(), engine.usage()));
        Welcome.register(api::route);
        new StatusRoutes(engine).register(api::route);
        api.route("GET", "/metrics", exchange -> exchange.send(200, SCRAPE, metrics.scrape().getBytes(UTF_8)),
                describe("getMetrics", "The server's metrics in Prometheus' text format, an extension")
                        .gives("text/plain", String.class));
        api.route("GET", "/openapi.json", exchange -> exchange.sendJson(200, api.openApi.json()),
                describe("getOpenApi", "This document, an extension").gives(ObjectNode.class));
        return api;
    }

    /** The guard. If the server asks for keys, it need not refuse web pages: a browser sends no key on its own. */
    private Guard guard(Projects projects, ProjectKeys stored) {
        KeyGuard keys = new KeyGuard(options.get(OPERATOR_KEY), options.get(API_KEYS), projects, stored);
        boolean loopback = options.loopback();
        // Its keys may all be revoked, or a reload may remove them: it is not open for that.
        boolean closed = !loopback && !options.get(INSECURE);
        return (request, response) -> {
            if (keys.keyed() || closed) {
                return keys.check(request, response);
            }
            if (loopback) {
                request.header("Host").ifPresent(LoopbackGuard::check); // a browser always sends one
            }
            pages.check(request::header);
            return Project.DEFAULT;
        };
    }

    private void add(Endpoints endpoints) {
        openApi.add(endpoints.schemas());
        endpoints.register(this::route);
    }

    private void route(String method, String path, Router.Handler handler, Operation operation) {
        openApi.add(method, path, operation);
        for (String at : AzurePaths.of(path)) {
            routes.add(method, at, new Route(path, handler));
        }
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException, InterruptedException {
        try {
            serve(request, response);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void serve(HttpRequest request, HttpResponse response) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        String id = addHeaders(response);
        Seen seen = new Seen();
        try {
            serve(request, response, id, seen);
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            int status = response.begun() ? response.status() : CLIENT_GONE;
            if (!seen.route.isEmpty()) {
                metrics.answered(seen.method, seen.route, status, took);
            }
            accesses.line(id, request, seen.project, status, took);
        }
    }

    /** The facts about a request that are known at its end. For one thread. */
    private static final class Seen {
        private Project project = Project.DEFAULT;
        private String method = NO_ROUTE;

        /** Empty for requests that the figures leave out. */
        private String route = "";
    }

    private void serve(HttpRequest request, HttpResponse response, String id, Seen seen)
            throws IOException, InterruptedException {
        WebPages.Headers headers = request::header;
        pages.answerHeaders(headers).forEach(response::header);
        Project project = Project.DEFAULT;
        try {
            Optional<Map<String, String>> preflight = pages.preflight(request.method(), headers);
            if (preflight.isPresent()) {
                preflight.get().forEach(response::header);
                response.send(204, new byte[0]);
                return;
            }
            if (!options.get(NO_PAGE) && page.answer(request, response)) {
                return;
            }
            project = guard.check(request, response);
            seen.project = project;
        } catch (BadRequestException e) {
            if (request.contentLength().orElse(0) > policy.maxBody()) {
                response.close(); // so as not to read a large body from a client that was refused
            }
            seen.route = NO_ROUTE;
            send(response, e.status(), e.error());
            return;
        }
        int hops = Hops.read(request.header(Hops.HEADER).orElse(null));
        if (hops >= Hops.MAX) {
            response.header(SHOULD_RETRY, "false");
            send(response, LOOP_DETECTED, ApiError.serverError("The request came through " + hops
                    + " Runnel servers. Their model URLs probably lead in a circle."));
            return;
        }
        // The server leaves a HEAD request's body out of the answer by itself.
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Routes.Match<Route> match = routes.find(method, request.path()).orElse(null);
        if (match == null) {
            seen.route = NO_ROUTE;
            send(response, 404, Unserved.error(request.method(), Routes.decoded(request.path())));
            return;
        }
        seen.method = method;
        seen.route = match.target().template();
        try (Exchange exchange = new Exchange(
                request, response, policy, project, match.parameters())) {
            Answering answering = () -> answer(exchange, id, match.target().handler());
            answering.within(TraceHeaders.scope(request::header, Hops.scope(hops, RequestId.scope(id))));
        }
    }

    /** Adds the headers that every answer has. Returns the request's id. */
    private static String addHeaders(HttpResponse response) {
        long start = System.nanoTime();
        String id = Ids.request();
        response.header(REQUEST_ID, id);
        response.header(VERSION, "2020-10-01");
        response.beforeBegin(
                () -> response.header(PROCESSING, Long.toString((System.nanoTime() - start) / 1_000_000)));
        return id;
    }

    private static void send(HttpResponse response, int status, ApiError error) throws IOException {
        response.header("Content-Type", "application/json; charset=utf-8");
        response.send(status, error.toJson());
    }

    /** Answers failures before any route is found in the protocol's error envelope too. */
    @Override
    public void refuse(int status, String why, HttpResponse response) throws IOException {
        addHeaders(response);
        send(response, status, status >= 500 && status != 501 && status != 505
                ? ApiError.serverError("The server had an error while processing your request. Sorry about that!")
                : ApiError.invalidRequest(
                        status == 408 ? why + "." : "The request is not well-formed HTTP: " + why + ".", null, null));
    }

    private static void answer(Exchange exchange, String id, Router.Handler handler)
            throws IOException, InterruptedException {
        try {
            exchange.refuseCompressedBody();
            handler.handle(exchange);
        } catch (ClientGoneException | HttpException e) {
            throw e;
        } catch (Exception e) {
            if (exchange.response().begun()) {
                LOG.log(Level.WARNING, "request " + id + ": the answer broke off", e);
            } else {
                answer(exchange, id, e);
            }
        }
    }

    /**
     * Tells the caller's SDK not to retry. The server has already asked the model server more than once, and retries by
     * the SDK would multiply these requests.
     */
    private static void triedAlready(Exchange exchange, int status) {
        if (status >= 500) {
            exchange.header(SHOULD_RETRY, "false");
        }
    }

    /** Adds a type to an error without one: official SDKs expect a type, and not every model server sends one. */
    private static ApiError typed(ApiError error, int status) {
        String type = status < 500 ? "invalid_request_error" : "server_error";
        return error.type() == null ? new ApiError(error.message(), type, error.param(), error.code()) : error;
    }

    private static int status(RejectedException.Kind kind) {
        return switch (kind) {
            case STATE -> 400;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case IN_PROGRESS -> 409;
            case GONE -> 410;
            case NOT_THE_SAME -> 422;
        };
    }

    /**
     * Turns a failure into an answer. There are three kinds: faults of the caller, faults of the model server, and
     * faults of this server, which are logged under the request's id.
     */
    private static void answer(Exchange exchange, String id, Exception failure)
            throws IOException, InterruptedException {
        switch (UnavailableException.inPlaceOf(failure)) {
            case UncheckedIOException told when told.getCause() instanceof ClientGoneException
                    || told.getCause() instanceof HttpException -> throw told.getCause();
            case BadRequestException bad -> exchange.sendJson(bad.status(), bad.error().toJson());
            case RejectedException rejected ->
                    exchange.sendJson(status(rejected.kind()), rejected.error().toJson());
            case LimitException limit -> {
                RateHeaders.add(exchange.response(), limit);
                exchange.sendJson(429, limit.error().toJson());
            }
            case UnavailableException unavailable -> {
                if (unavailable.getCause() != null) {
                    LOG.log(Level.WARNING, "request {0}: {1}", id, unavailable.getCause().getMessage());
                }
                exchange.header("Retry-After", RETRY_SECONDS);
                exchange.sendJson(503, ApiError.serverError(String.valueOf(unavailable.getMessage())).toJson());
            }
            case ErrorAnswerException upstream -> {
                upstream.retryAfter().ifPresent(wait -> exchange
                        .header("Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()))));
                triedAlready(exchange, upstream.status());
                exchange.sendJson(upstream.status(), typed(upstream.error(), upstream.status()).toJson());
            }
            case ModelException model -> {
                triedAlready(exchange, 502);
                exchange.sendJson(502, ApiError.serverError(String.valueOf(model.getMessage())).toJson());
            }
            case InterruptedException stopping -> throw stopping;
            // The server is stopping, or the client has hung up. The change may or may not be kept: nothing is sent.
            case RuntimeException stopping when Thread.currentThread().isInterrupted() ->
                    throw new InterruptedException(stopping.getMessage());
            default -> {
                LOG.log(Level.ERROR, "request " + id + " failed because of a fault in this server", failure);
                exchange.sendJson(
                        500,
                        ApiError.serverError("The server had an error while processing your request. Sorry about that!"
                                + " The server's log has the error under the request id " + id + ".").toJson());
            }
        }
    }
}
