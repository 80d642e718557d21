package dev.runnel.server.http.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.client.transport.ByteBudget;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Project;
import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.engine.requests.IdempotencyKey;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.JsonFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One request and its response, in the protocol's terms. For one thread. */
public final class Exchange implements AutoCloseable {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int MAX_KEY = 255;
    private static final String CONTENT_ENCODING = "Content-Encoding";
    private static final Set<String> COMPRESSIONS = Set.of(
            "gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress");

    /**
     * The memory that a body takes, as a multiple of its bytes: the bytes themselves, and the text made of them in a
     * tree, in objects, or in a copy for a model server.
     */
    private static final int WEIGHT = 3;

    private static final int FIRST_PIECE = 8 * 1024;

    private final HttpRequest request;
    private final HttpResponse response;
    private final RequestPolicy policy;
    private final Project project;
    private final Map<String, String> parameters;
    private final ByteBudget.Share memory;
    private long held;
    private String fingerprint = "";

    /**
     * An exchange.
     *
     * @param project the project of the request's key, whose objects the request sees
     * @param parameters the parameters in the path
     */
    public Exchange(
            HttpRequest request, HttpResponse response, RequestPolicy policy, Project project,
            Map<String, String> parameters) {
        this.request = request;
        this.response = response;
        this.policy = policy;
        this.project = project;
        this.parameters = parameters;
        this.memory = policy.memory().share();
    }

    public HttpResponse response() {
        return response;
    }

    public HttpRequest request() {
        return request;
    }

    /** The project of the request's key, whose objects the request sees. */
    public Project project() {
        return project;
    }

    /**
     * Counts this request as one that asks a model, and has the answer tell what is left of the project's limits.
     *
     * @throws dev.runnel.server.projects.LimitException if a limit is reached
     */
    public void admit() {
        try {
            policy.admissions().admit(project);
        } finally {
            RateHeaders.add(response, policy.admissions().standing(project));
        }
    }

    /**
     * As {@link #admit()}, if the project may ask for the model.
     *
     * @throws dev.runnel.server.engine.requests.RejectedException if it may not
     */
    public void admit(String model) {
        policy.admissions().requireModel(project, model);
        admit();
    }

    /** Gives back the body's share of the memory. Call this once the body is needed no longer. */
    @Override
    public void close() {
        memory.close();
    }

    /**
     * An id in the path.
     *
     * @param name the parameter, {@code thread_id} for example
     * @param prefix the prefix of ids of this kind, {@code thread} for example
     */
    public String id(String name, String prefix) {
        return id(name, prefix, UnaryOperator.identity());
    }

    /**
     * An id in the path that may have another form.
     *
     * @param rule gives the id in the usual form
     */
    public String id(String name, String prefix, UnaryOperator<String> rule) {
        String id = rule.apply(parameters.getOrDefault(name, ""));
        if (!id.startsWith(prefix)) {
            throw BadRequestException.of(
                    "Invalid '" + name + "': '" + id + "'. Expected an ID that begins with '" + prefix + "'.",
                    name,
                    "invalid_value");
        }
        return id;
    }

    /** A parameter in the path, if the path has it. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /**
     * A query parameter. An empty one counts as absent, because SDKs send empty parameters for options that were not
     * set.
     */
    public Optional<String> query(String name) {
        return request.query(name).filter(value -> !value.isEmpty());
    }

    /** All values of a query parameter that are not empty. */
    public List<String> queries(String name) {
        return request.queries(name).stream().filter(value -> !value.isEmpty()).toList();
    }

    /** A header of the request. */
    public Optional<String> header(String name) {
        return request.header(name);
    }

    /** Adds a header to the answer. */
    public void header(String name, String value) {
        response.header(name, value);
    }

    /** Whether the request is a HEAD, which asks for the answer's head alone. */
    public boolean headOnly() {
        return request.method().equals("HEAD");
    }

    /** The list parameters: limit, order, after, before. */
    public PageRequest page() {
        return page(20, 100, query("before").orElse(null));
    }

    /** The list parameters without {@code before}, and with another largest limit, which is also the default. */
    public PageRequest page(int maxLimit) {
        return page(maxLimit, maxLimit, null);
    }

    private PageRequest page(int usualLimit, int maxLimit, @Nullable String before) {
        String order = query("order").orElse("desc");
        if (!order.equals("asc") && !order.equals("desc")) {
            throw FieldFaults.unsupported("order", order, "asc", "desc");
        }
        long limit = integer("limit", usualLimit, 1, maxLimit);
        return new PageRequest(
                Math.toIntExact(limit), order.equals("asc"), query("after").orElse(null), before);
    }

    /** An integer query parameter within bounds, or another value if it is absent. */
    public long integer(String name, long otherwise, long min, long max) {
        String text = query(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        ObjectNode json = Json.object();
        try {
            json.put(name, Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            json.put(name, text);
        }
        Long value = JsonFields.of(json).integer(name, min, max);
        return value == null ? otherwise : value;
    }

    /**
     * A query parameter that is true or false, or another value if it is absent. Clients write it in the way of their
     * language: {@code True} or {@code 1} for example.
     */
    public boolean flag(String name, boolean otherwise) {
        String text = query(name).orElse(String.valueOf(otherwise));
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw FieldFaults.unsupported(name, text, "true", "false");
        };
    }

    /** Reads the body by a function. An empty body counts as an empty object. */
    public <T> T body(Function<Fields, T> reader) {
        byte[] bytes = bytes();
        if (request.header(IDEMPOTENCY_KEY).isPresent()) {
            fingerprint = fingerprint(bytes);
        }
        return JsonFields.of(bytes.length == 0 ? Json.object() : object(bytes), policy.tools())
                .read(reader);
    }

    /** The request's idempotency key, if it has one. Call this after {@link #body}. */
    public Optional<IdempotencyKey> idempotencyKey() {
        return givenKey().map(value -> new IdempotencyKey(value, fingerprint));
    }

    private Optional<String> givenKey() {
        Optional<String> key = request.header(IDEMPOTENCY_KEY);
        if (key.filter(value -> value.isBlank() || value.length() > MAX_KEY).isPresent()) {
            throw BadRequestException.of(
                    "Invalid 'Idempotency-Key': expected 1 to " + MAX_KEY + " characters, but got "
                            + key.get().length() + ".",
                    IDEMPOTENCY_KEY, "invalid_value");
        }
        return key;
    }

    /** A hash of the request's method, path and body, by which requests are compared. */
    private String fingerprint(byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String route = request.method() + " " + request.path();
            digest.update(route.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    /** Refuses a compressed body: bodies are read as they come. Other words are ignored; some clients name a charset there. */
    public void refuseCompressedBody() {
        String codings = request.header(CONTENT_ENCODING).orElse("").toLowerCase(Locale.ROOT);
        if (!codings.isEmpty() && request.hasBody()
                && Stream.of(codings.split(",", -1)).map(String::strip).anyMatch(COMPRESSIONS::contains)) {
            header("Accept-Encoding", "identity");
            throw new BadRequestException(415, ApiError.invalidRequest(
                    "Unsupported '" + CONTENT_ENCODING + ": " + codings
                            + "'. The server does not unpack bodies: send the body as it is, without this header.",
                    CONTENT_ENCODING, "unsupported_value"));
        }
    }

    public static ObjectNode object(byte[] bytes) {
        JsonNode tree;
        try {
            tree = Json.readTreeStrictly(bytes);
        } catch (JsonException e) {
            throw BadRequestException.of(
                    "We could not parse the JSON body of your request. The server expects a JSON object; the parser says: "
                            + e.getMessage(),
                    null,
                    null);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw BadRequestException.of(
                "Invalid body: expected a JSON object, but got something else instead.", null, "invalid_type");
    }

    /**
     * Reads the body's bytes. They count towards the memory of all requests until the exchange is
     * {@linkplain #close closed}.
     */
    public byte[] bytes() {
        int most = policy.maxBody();
        long announced = request.contentLength().orElse(0);
        if (announced > most) {
            throw BadRequestException.tooLarge(most, announced);
        }
        try {
            byte[] bytes = read(most);
            hold(JsonWeight.of(bytes));
            return bytes;
        } catch (HttpException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw BadRequestException.of("The body of your request broke off: " + e.getMessage(), null, null);
        }
    }

    /**
     * Takes memory as the body comes, and not by its announced length. So a client that announces much and sends slowly
     * takes no memory from others.
     */
    private byte[] read(int most) throws IOException {
        if (!request.hasBody()) {
            return new byte[0];
        }
        int announced = (int) request.contentLength().orElse(most + 1L);
        byte[] bytes = new byte[Math.min(announced, FIRST_PIECE)];
        hold((long) bytes.length * WEIGHT);
        int size = 0;
        for (int count; size < announced && (count = request.body().read(bytes, size, bytes.length - size)) >= 0;) {
            size += count;
            if (size > most) {
                throw BadRequestException.tooLarge(most, size);
            }
            if (size == bytes.length && size < announced) {
                int larger = (int) Math.min(size * 2L, announced);
                hold((long) (larger - size) * WEIGHT);
                bytes = Arrays.copyOf(bytes, larger);
            }
        }
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void hold(long bytes) {
        held += bytes;
        if (held > policy.memory().limit()) {
            throw new BadRequestException(413, new ApiError(
                    "The request needs more memory than the server has for all requests together ("
                            + policy.memory().limit()
                            + " bytes). Send a smaller request, or give the server more memory.",
                    "invalid_request_error", null, "request_too_large"));
        }
        if (!memory.take(bytes)) {
            header("Retry-After", "5");
            throw new BadRequestException(503, new ApiError(
                    "The server's memory for requests is full. Try again in a few seconds.",
                    "server_error", null, "overloaded"));
        }
    }

    /** Answers 200 with an object of the protocol. */
    public void send(Object value) {
        sendJson(200, Json.write(value));
    }

    /** Answers with JSON. */
    public void sendJson(int status, byte[] json) {
        send(status, "application/json; charset=utf-8", json);
    }

    /** Answers with bytes of a media type. */
    public void send(int status, String mediaType, byte[] body) {
        response.header("Content-Type", mediaType);
        try {
            response.send(status, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
