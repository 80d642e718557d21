package dev.runnel.server.config;

import dev.runnel.client.BaseUrl;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.model.ModelServer;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.routing.ServerPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

import static dev.runnel.server.config.ServerMembers.BODY;
import static dev.runnel.server.config.ServerMembers.HEADERS;

/** Reads the model servers of the file. */
final class ServerReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Path folder;
    private final Map<String, String> environment;
    private final Function<String, ProxySettings> proxies;

    ServerReader(Path folder, Map<String, String> environment, Function<String, ProxySettings> proxies) {
        this.folder = folder;
        this.environment = environment;
        this.proxies = proxies;
    }

    /** Opens a server; equal to what opens the same one in the same way. */
    private record Opening(ModelServer server) implements Supplier<OpenAiModel> {
        @Override
        public OpenAiModel get() {
            return new OpenAiModel(server);
        }

        @Override
        public String toString() {
            return server.toString();
        }
    }

    List<ServerPlan> read(Yaml servers) {
        return servers.members("servers").entrySet().stream().map(entry -> server(entry.getKey(), entry.getValue()))
                .toList();
    }

    private ServerPlan server(String name, Yaml.Member member) {
        if (!NAME.matcher(name).matches()) {
            throw member.name().mistake("'" + name
                    + "' is not a server's name; write up to 64 letters, digits, '.', '-' and '_'");
        }
        Map<String, Yaml.Member> members = member.value().members("the server " + name);
        Yaml.Member key = members.get("key");
        if (key != null) {
            throw key.name()
                    .mistake("a key does not stand in the file itself; write key-env: VARIABLE or key-file: FILE");
        }
        OptionValues values = new FileTexts(
                "the server " + name, members, ServerMembers.OPTIONS, Set.of(HEADERS, BODY))
                .values(ServerMembers.OPTIONS);
        if (values.find(ServerMembers.URL) == null) {
            throw member.name()
                    .mistake("the server " + name + " has no url; write one, as in url: http://" + name + ":8000/v1");
        }
        ModelServer server = new ModelServer(
                values.get(ServerMembers.URL), key(name, members, values),
                proxies.apply(url(members, values)), headers(members), body(members),
                new ModelServer.Times(values.get(ServerMembers.CONNECT_TIMEOUT),
                        values.get(ServerMembers.RESPONSE_TIMEOUT), values.get(ServerMembers.IDLE_TIMEOUT)),
                values.get(ServerMembers.RETRIES), values.get(ServerMembers.MERGE_ROLES),
                file(values.find(ServerMembers.TLS_CA)));
        tryOut(server, member);
        return new ServerPlan(name, new Opening(server), values.get(ServerMembers.WEIGHT),
                !values.get(ServerMembers.HIDDEN),
                new ServerPlan.Limits(orNone(values, ServerMembers.MAX_CONCURRENT),
                        orNone(values, ServerMembers.REQUESTS_PER_MINUTE),
                        orNone(values, ServerMembers.TOKENS_PER_MINUTE)),
                new ServerPlan.Circuit(values.get(ServerMembers.CIRCUIT_FAULTS),
                        values.get(ServerMembers.CIRCUIT_PAUSE)));
    }

    private static int orNone(OptionValues values, Option<Integer> limit) {
        Integer found = values.find(limit);
        return found == null ? 0 : found;
    }

    private static String url(Map<String, Yaml.Member> members, OptionValues values) {
        String url = values.get(ServerMembers.URL);
        try {
            BaseUrl _ = BaseUrl.parse(url);
            return url;
        } catch (IllegalArgumentException e) {
            throw at(members, ServerMembers.URL).mistake("url: " + e.getMessage());
        }
    }

    /** Opens it once, so that what cannot be used is refused here. */
    private static void tryOut(ModelServer server, Yaml.Member member) {
        try {
            new OpenAiModel(server).close();
        } catch (IllegalArgumentException e) {
            throw member.name().mistake(String.valueOf(e.getMessage()));
        }
    }

    private static Yaml at(Map<String, Yaml.Member> members, Option<?> option) {
        Yaml.Member member = members.get(option.name());
        if (member == null) {
            throw new IllegalStateException("there is no " + option.name());
        }
        return member.value();
    }

    private @Nullable String key(String name, Map<String, Yaml.Member> members, OptionValues values) {
        String variable = values.find(ServerMembers.KEY_ENV);
        String path = values.find(ServerMembers.KEY_FILE);
        if (variable != null && path != null) {
            throw at(members, ServerMembers.KEY_FILE).mistake("the server " + name
                    + " has both key-env and key-file; remove one");
        }
        if (variable != null) {
            String key = environment.get(variable);
            if (key == null || key.isBlank()) {
                throw at(members, ServerMembers.KEY_ENV).mistake("the environment has no variable " + variable
                        + "; set it to the key of the server " + name);
            }
            return key.strip();
        }
        Path file = file(path);
        return file == null ? null : keyIn(file, at(members, ServerMembers.KEY_FILE));
    }

    private static String keyIn(Path file, Yaml at) {
        String key;
        try {
            key = Files.readString(file).strip();
        } catch (IOException e) {
            throw at.mistake("the key's file " + file + " cannot be read: " + e.getMessage());
        }
        if (key.isEmpty() || key.contains("\n")) {
            throw at.mistake("the key's file " + file + " must have one line, the key");
        }
        return key;
    }

    private @Nullable Path file(@Nullable String path) {
        return path == null ? null : folder.resolve(path);
    }

    private static Map<String, String> headers(Map<String, Yaml.Member> members) {
        Yaml.Member member = members.get(HEADERS);
        Map<String, String> headers = new LinkedHashMap<>();
        if (member != null) {
            member.value().members(HEADERS)
                    .forEach((name, header) -> headers.put(name, header.value().text("the header " + name)));
        }
        return headers;
    }

    private static Map<String, JsonValue> body(Map<String, Yaml.Member> members) {
        Yaml.Member member = members.get(BODY);
        Map<String, JsonValue> body = new LinkedHashMap<>();
        if (member != null) {
            member.value().members(BODY).forEach((name, value) -> body.put(name, JsonValue.of(value.value().plain())));
        }
        return body;
    }
}
