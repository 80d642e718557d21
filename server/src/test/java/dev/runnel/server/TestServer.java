package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.demo.DemoModel;
import dev.runnel.model.Model;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.routing.ModelNames;
import dev.runnel.server.routing.RoutedModel;
import dev.runnel.server.routing.RoutingPlan;
import dev.runnel.server.tool.ServerTool;
import dev.runnel.server.tool.ServerTools;
import dev.runnel.server.tool.filesearch.FileSearchTool;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A server on a database file, the scripted model server behind it, and HTTP to ask it with. */
final class TestServer implements AutoCloseable {
    /** Longer than anything takes that works. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ScriptedModelServer models = ScriptedModelServer.start();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ServerOptions options;
    private final boolean demo;
    private final String otherModels;
    private final ModelNames names;
    private final Projects projects;
    private ServerTools tools;
    private boolean pastTheWitness;
    private Running running;
    private Witness witness;
    private String key = "";

    /** A server, here or in a process of its own. */
    interface Running extends AutoCloseable {
        int port();

        @Override
        void close();
    }

    /** Begins to stop a server that runs here: runs under way have so long to end. */
    Future<?> stop(Duration drain) {
        Here here = (Here) running;
        FutureTask<Boolean> stop = new FutureTask<>(() -> here.server().stop(drain), true);
        Thread.ofVirtual().start(stop);
        return stop;
    }

    private record Here(RunnelServer server, Model model) implements Running {
        @Override
        public int port() {
            return server.port();
        }

        @Override
        public void close() {
            server.close();
            model.close();
        }
    }

    private TestServer(ServerOptions options, boolean demo, boolean ownProcess) {
        this(options, demo, ownProcess, "", ServerTools.NONE);
    }

    private TestServer(
            ServerOptions options, boolean demo, boolean ownProcess, String otherModels, ServerTools tools) {
        this(options, demo, ownProcess, otherModels, tools, ModelNames.NONE, new Projects(List.of()));
    }

    private TestServer(
            ServerOptions options, boolean demo, boolean ownProcess, String otherModels, ServerTools tools,
            ModelNames names, Projects projects) {
        this.names = names;
        this.projects = projects;
        this.options = options;
        this.demo = demo;
        this.otherModels = otherModels;
        this.tools = tools;
        this.running = ownProcess ? ServerProcess.start(options, modelUrl()) : here();
        this.witness = witness();
    }

    private Witness witness() {
        return new Witness(running.port(), new Contract(running.port(), demo));
    }

    private Running here() {
        Supplier<Model> source = demo ? DemoModel::new : () -> new OpenAiModel(modelUrl(), "model-key");
        Model model = names.isEmpty() ? source.get() : new RoutedModel(RoutingPlan.single(source, names));
        return new Here(RunnelServer.start(options, model, projects, tools), model);
    }

    private String modelUrl() {
        return otherModels.isEmpty() ? models.baseUri().toString() : otherModels;
    }

    static TestServer start(Path folder) {
        return start(folder, options -> options);
    }

    static TestServer start(Path folder, UnaryOperator<ServerOptions> changes) {
        return new TestServer(changes.apply(options(folder)), false, false);
    }

    /** Starts it with a model server that is not the scripted one. */
    static TestServer startWithModels(Path folder, String modelUrl) {
        return startWithModels(folder, modelUrl, options -> options);
    }

    /** As {@link #startWithModels(Path, String)}, with other options. */
    static TestServer startWithModels(Path folder, String modelUrl, UnaryOperator<ServerOptions> changes) {
        return new TestServer(changes.apply(options(folder)), false, false, modelUrl, ServerTools.NONE);
    }

    /** Starts it with other names for the models of the scripted model server. */
    static TestServer startWithNames(Path folder, UnaryOperator<ServerOptions> changes, ModelNames names) {
        return new TestServer(
                changes.apply(options(folder)), false, false, "", ServerTools.NONE, names, new Projects(List.of()));
    }

    /** Starts it with keys and limits of projects. */
    static TestServer startWithProjects(Path folder, UnaryOperator<ServerOptions> changes, Projects projects) {
        return new TestServer(
                changes.apply(options(folder)), false, false, "", ServerTools.NONE, ModelNames.NONE, projects);
    }

    /** Starts it with a file search in these stores. */
    static TestServer startWithSearch(Path folder, UnaryOperator<ServerOptions> changes,
            FileSearchTool search) {
        return new TestServer(
                changes.apply(options(folder)), false, false, "", new ServerTools(List.of(search)));
    }

    /** Starts it with tools that it executes itself. Its description does not have such tools, so that it is asked past the witness. */
    static TestServer startWithTools(
            Path folder, UnaryOperator<ServerOptions> changes, ServerTool... tools) {
        TestServer server = new TestServer(
                changes.apply(options(folder)), false, false, "", new ServerTools(List.of(tools)));
        server.pastTheWitness = true;
        return server;
    }

    /** As {@link #startProcess(Path)}; the process has a tool whose calls never end, and what is started here afterwards has these. */
    static TestServer startProcessWithTools(Path folder, ServerTool... later) {
        TestServer server = new TestServer(
                options(folder), false, true, "", new ServerTools(List.of(later)));
        server.pastTheWitness = true;
        return server;
    }

    static TestServer startDemo(Path folder) {
        return new TestServer(options(folder), true, false);
    }

    /** Starts it in another process, which {@link #kill} ends as a power failure would. */
    static TestServer startProcess(Path folder) {
        return startProcess(folder, options -> options);
    }

    /** As {@link #startProcess(Path)}; the options are those of what is started here afterwards. */
    static TestServer startProcess(Path folder, UnaryOperator<ServerOptions> changes) {
        return new TestServer(changes.apply(options(folder)), false, true);
    }

    private static ServerOptions options(Path folder) {
        return ServerOptions.local(TestDatabases.url(folder));
    }

    /** Sends a signal to a server that runs in another process. */
    void signal(String name) {
        ((ServerProcess) running).signal(name);
    }

    /** Ends a server that runs in another process. */
    void kill() {
        running.close();
    }

    /** Ends a server that runs in another process, and starts another there on the same file. */
    void killAndRestart() {
        running.close();
        witness.close();
        running = ServerProcess.start(options, modelUrl());
        witness = witness();
    }

    /** Stops the server, if it has not been killed, and starts another on the same file, here. */
    void restart() {
        running.close();
        witness.close();
        running = here();
        witness = witness();
    }

    ScriptedModelServer models() {
        return models;
    }

    /** Where to talk to it: with a witness, who fails the test when this is closed if an answer or event was not as described. */
    int port() {
        return pastTheWitness ? running.port() : witness.port();
    }

    /** Where to talk to it past the witness, who takes also what its client does not. */
    int ownPort() {
        return running.port();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    // ---- asking

    /** Asks with this key from here on; with none if it is empty. */
    TestServer as(String newKey) {
        key = newKey;
        return this;
    }

    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer post(String path, String json, String... headers) {
        return answer(with(headers, request("POST", path, json)));
    }

    Answer send(String method, String path, String body) {
        return answer(request(method, path, body));
    }

    /** Sends to a path of the server's, rather than of its API. */
    Answer sendToRoot(String method, String path, String body) {
        return answer(request(method, URI.create("http://127.0.0.1:" + port() + path), body));
    }

    /** The server's description of itself. */
    JsonNode openApi() {
        return sendToRoot("GET", "/openapi.json", "").ok();
    }

    Answer post(String path, byte[] body) {
        return send("POST", path, body);
    }

    Answer send(String method, String path, byte[] body) {
        return send(method, path, "application/json", body);
    }

    Answer send(String method, String path, String contentType, byte[] body) {
        return answer(bare(uri(path))
                .header("content-type", contentType)
                .method(method, BodyPublishers.ofByteArray(body)));
    }

    /** Uploads a form. */
    Answer upload(Multipart form) {
        return send("POST", "/files", form.contentType(), form.body());
    }

    private Answer answer(HttpRequest.Builder request) {
        HttpResponse<String> response = exchange(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    /** Gets what may be no text. */
    HttpResponse<byte[]> download(String path) {
        return exchange(request("GET", path, ""), BodyHandlers.ofByteArray());
    }

    /** Posts, and reads the stream that is the answer. */
    EventReader stream(String path, String json, String... headers) {
        return open(with(headers, request("POST", path, json)));
    }

    /** Reads a stream again. */
    EventReader attach(String path, String... headers) {
        return open(with(headers, request("GET", path, "")));
    }

    private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    private EventReader open(HttpRequest.Builder request) {
        HttpResponse<InputStream> response = exchange(request, BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw new AssertionError("status " + response.statusCode() + ": "
                        + new String(body.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new EventReader(response.body());
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return request(method, uri(path), body);
    }

    private HttpRequest.Builder request(String method, URI uri, String body) {
        HttpRequest.Builder request = bare(uri);
        return body.isEmpty()
                ? request.method(method, BodyPublishers.noBody())
                : request.method(method, BodyPublishers.ofString(body)).header("content-type", "application/json");
    }

    private HttpRequest.Builder bare(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        return key.isEmpty() ? request : request.header("authorization", "Bearer " + key);
    }

    private URI uri(String path) {
        return URI.create(baseUrl() + path);
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    // ---- what most tests begin with

    String newAssistant() {
        return newAssistant("{\"model\": \"m\"}");
    }

    String newAssistant(String json) {
        return post("/assistants", json).id();
    }

    /** An assistant with one function, {@code weather}. */
    String newWeatherAssistant() {
        return newAssistant("""
                {"model": "m", "tools": [{"type": "function", "function": {"name": "weather"}}]}""");
    }

    /** A thread with one message, {@code Hi}. */
    String newThread() {
        return post("/threads", """
                {"messages": [{"role": "user", "content": "Hi"}]}""").id();
    }

    /** Streams a run of an assistant on a thread. */
    EventReader run(String assistantId, String threadId) {
        return stream("/threads/" + threadId + "/runs",
                "{\"assistant_id\": \"" + assistantId + "\", \"stream\": true}");
    }

    /** Streams a run of a new assistant on a new thread, to its end. */
    List<Event> run() {
        try (EventReader reader = run(newAssistant(), newThread())) {
            return reader.rest();
        }
    }

    /** Where a run is, as its first event tells. */
    static String runPath(List<Event> events) {
        Event created = EventReader.only(events, "thread.run.created");
        return "/threads/" + created.json().path("thread_id").asText() + "/runs/" + created.json().path("id").asText();
    }

    @Override
    public void close() {
        models.close();
        running.close();
        http.shutdownNow(); // close() would wait for streams that a test has left
        witness.close();
    }
}
