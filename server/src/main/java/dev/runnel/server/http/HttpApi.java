package dev.runnel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.client.ApiException;
import dev.runnel.protocol.ApiError;
import dev.runnel.server.Ids;
import dev.runnel.server.RequestId;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.engine.RejectedException;
import dev.runnel.server.engine.UnavailableException;
import dev.runnel.server.http.openapi.OpenApi;
import dev.runnel.server.http.openapi.Operation;
import dev.runnel.server.http.page.Page;
import dev.runnel.server.model.Model;
import dev.runnel.server.model.ModelException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes, and how failures become answers. */
public final class HttpApi {
    private static final System.Logger LOG = System.getLogger(HttpApi.class.getName());
    private static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
    private static final HeaderName VERSION = HeaderNames.create("openai-version");
    private static final HeaderName SHOULD_RETRY = HeaderNames.create("x-should-retry");
    private static final HeaderName PROCESSING = HeaderNames.create("openai-processing-ms");

    /** When to try again what cannot be done now. */
    private static final String RETRY_SECONDS = "5";

    private final HttpRouting.Builder routing = HttpRouting.builder();
    private final OpenApi openApi = new OpenApi(Requests.schemas());
    private final HttpOptions options;
    private final WebPages pages;
    private final Guard guard;

    private HttpApi(HttpOptions options) {
        this.options = options;
        this.pages = new WebPages(options.origins());
        this.guard = Guard.of(options.keys(), pages, options.loopbackOnly());
    }

    /** The routing of a server. */
    public static HttpRouting.Builder routing(Engine engine, Model model, HttpOptions options) {
        HttpApi api = new HttpApi(options);
        EventStreams streams = new EventStreams(options.heartbeat(), options.readerPatience());
        new AssistantRoutes(engine.assistants()).register(api::route);
        new RunRoutes(engine.runs(), streams).register(api::route);
        new ConversationRoutes(engine.conversations(), engine.runs()).register(api::route);
        new FileRoutes(engine.files(), options.maxFile()).register(api::route);
        new ChatRoutes(model, streams).register(api::route);
        new ModelRoutes(model).register(api::route);
        if (options.page()) {
            Page.register(api.routing);
        }
        new Welcome().register(api::route);
        api.route(Method.GET, "/openapi.json", exchange -> exchange.sendJson(200, api.openApi.json()),
                describe("getOpenApi", "This document, an extension").gives(ObjectNode.class));
        return api.finish();
    }

    /** What must listen to connections for a chat completion to end with its own. */
    public static Http1ConnectionListener connectionListener() {
        return new ConnectionWatch();
    }

    private void route(Method method, String path, Router.Handler handler, Operation operation) {
        openApi.add(method.text(), path, operation);
        List<Method> methods = method.equals(Method.GET) ? List.of(Method.GET, Method.HEAD) : List.of(method);
        for (Method each : methods) {
            for (String at : AzurePaths.of(path)) {
                routing.route(each, at, (request, response) -> handle(exchange(request, response), handler));
            }
        }
    }

    private static void handle(Exchange exchange, Router.Handler handler) throws Exception {
        RequestId.in(requestId(exchange), () -> {
            try {
                handler.handle(exchange);
            } catch (Exception e) {
                answer(exchange, e);
            }
        });
    }

    private Exchange exchange(ServerRequest request, ServerResponse response) {
        return new Exchange(request, response, options.maxBody(), options.ignoreUnsupportedTools());
    }

    private HttpRouting.Builder finish() {
        routing.addFilter((chain, request, response) -> {
            addHeaders(response);
            response.whenSent(() -> closeAsSaid(response));
            WebPages.Headers headers = Guard.headers(request);
            add(response, pages.answerHeaders(headers));
            try {
                Optional<Map<String, String>> preflight = pages.preflight(request.prologue().method().text(), headers);
                if (preflight.isPresent()) {
                    add(response, preflight.get());
                    response.status(Status.NO_CONTENT_204).send();
                    return;
                }
                guard.check(request, response);
            } catch (BadRequestException e) {
                closeRatherThanRead(request, response);
                answer(request, response, e.status(), e.error());
                return;
            }
            chain.proceed();
        });
        routing.any((request, response) -> answer(request, response, 404,
                Unserved.error(request.prologue().method().text(), request.path().path())));
        return routing;
    }

    private static void add(ServerResponse response, Map<String, String> headers) {
        headers.forEach((name, value) -> response.header(HeaderNames.create(name), value));
    }

    private static void addHeaders(ServerResponse response) {
        long start = System.nanoTime();
        response.header(REQUEST_ID, Ids.request());
        response.header(VERSION, "2020-10-01");
        response.beforeSend(() -> response.header(PROCESSING, Long.toString((System.nanoTime() - start) / 1_000_000)));
    }

    /**
     * A stranger's body is passed over if it tells its length, a proper one, and is on its way: the connection then goes on. Anything
     * else ends the connection; Helidon would hold each chunk of it in memory, however large.
     */
    private void closeRatherThanRead(ServerRequest request, ServerResponse response) {
        long announced = request.headers().contentLength().orElse(Long.MAX_VALUE);
        boolean shortAndComing = announced <= options.maxBody() && !request.headers().contains(HeaderNames.EXPECT);
        if (request.content().hasEntity() && !shortAndComing) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }

    /** Helidon itself closes a connection only if the request has asked for it. */
    private static void closeAsSaid(ServerResponse response) {
        if (response.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("the response said that it was the last");
        }
    }

    private void answer(ServerRequest request, ServerResponse response, int status, ApiError error) {
        exchange(request, response).sendJson(status, error.toJson());
    }

    /** The model server was asked more than once before this answer: the caller's SDK should not multiply that. */
    private static void triedAlready(Exchange exchange, int status) {
        if (status >= 500) {
            exchange.response().header(SHOULD_RETRY, "false");
        }
    }

    /** Not every model server types its errors; official SDKs expect it. */
    private static ApiError typed(ApiError error, int status) {
        String type = status < 500 ? "invalid_request_error" : "server_error";
        return error.type() == null ? new ApiError(error.message(), type, error.param(), error.code()) : error;
    }

    private static String requestId(Exchange exchange) {
        return exchange.response().headers().first(REQUEST_ID).orElse("?");
    }

    private static int status(RejectedException.Kind kind) {
        return switch (kind) {
            case STATE -> 400;
            case NOT_FOUND -> 404;
            case IN_PROGRESS -> 409;
            case GONE -> 410;
            case NOT_THE_SAME -> 422;
        };
    }

    /** Three tiers: the caller's fault, the model server's fault, and ours, which is logged under the request's id. */
    private static void answer(Exchange exchange, Exception failure) throws Exception {
        switch (UnavailableException.inPlaceOf(failure)) {
            case BadRequestException bad -> exchange.sendJson(bad.status(), bad.error().toJson());
            case RejectedException rejected ->
                    exchange.sendJson(status(rejected.kind()), rejected.error().toJson());
            case UnavailableException unavailable -> {
                if (unavailable.getCause() != null) {
                    LOG.log(Level.WARNING, "request {0}: {1}", requestId(exchange),
                            unavailable.getCause().getMessage());
                }
                exchange.response().header(HeaderNames.RETRY_AFTER, RETRY_SECONDS);
                exchange.sendJson(503, ApiError.serverError(String.valueOf(unavailable.getMessage())).toJson());
            }
            case ApiException upstream -> {
                upstream.retryAfter().ifPresent(wait -> exchange.response()
                        .header(HeaderNames.RETRY_AFTER, Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()))));
                triedAlready(exchange, upstream.status());
                int status = upstream.status() == 200 ? 502 : upstream.status();
                exchange.sendJson(status, typed(upstream.error(), status).toJson());
            }
            case ModelException model -> {
                triedAlready(exchange, 502);
                exchange.sendJson(502, ApiError.serverError(String.valueOf(model.getMessage())).toJson());
            }
            case CloseConnectionException gone -> throw gone;
            case HttpException http -> throw http;
            case InterruptedException stopping -> {
                Thread.currentThread().interrupt();
                throw new CloseConnectionException("the server stops", stopping);
            }
            case RuntimeException stopping when Thread.currentThread().isInterrupted() ->
                    // What it was waiting for may have been kept: no answer says neither.
                    throw new CloseConnectionException("the server stops", stopping);
            default -> {
                String id = requestId(exchange);
                LOG.log(Level.ERROR, "request " + id + " failed by a fault of the server's", failure);
                exchange.sendJson(
                        500,
                        ApiError.serverError("The server had an error while processing your request. Sorry about that!"
                                + " Its log has it under the request id " + id + ".").toJson());
            }
        }
    }
}
