package dev.runnel.server.config;

import dev.runnel.client.transport.ProxySettings;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionTexts;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.ProjectPlan;
import dev.runnel.server.routing.NameRule;
import dev.runnel.server.routing.ServerPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The contents of a configuration file. Immutable.
 *
 * @param options the options that it gives
 * @param servers the model servers that it names; may be empty
 * @param names what answers for which name; may be empty
 * @param projects the projects that it names, with their keys and limits; may be empty
 */
public record ConfigFile(OptionTexts options, List<ServerPlan> servers, List<NameRule> names,
        List<ProjectPlan> projects) {
    private static final int MAX_SIZE = 1 << 20;
    private static final String SERVERS = "servers";
    private static final String MODELS = "models";
    private static final String PROJECTS = "projects";

    /**
     * Reads a file of at most 1 MiB.
     *
     * @param options those that may stand in it
     * @param environment where the keys of model servers and of projects may be
     * @param proxies finds the proxies for a model server's URL
     * @throws ConfigException if there is a mistake in it
     */
    public static ConfigFile read(Path file, List<? extends Option<?>> options, Map<String, String> environment,
            Function<String, ProxySettings> proxies) {
        Yaml whole = Yaml.read(file.toString(), content(file));
        Map<String, Yaml.Member> members = whole.members("the file");
        FileTexts texts = new FileTexts("the file", members, options, Set.of(SERVERS, MODELS, PROJECTS));
        OptionValues values = texts.values(options);
        Path folder = file.toAbsolutePath().getParent();
        Yaml.Member servers = members.get(SERVERS);
        List<ServerPlan> plans = servers == null || folder == null
                ? List.of()
                : new ServerReader(folder, environment, proxies).read(servers.value());
        Set<String> named = plans.stream().map(ServerPlan::name).collect(Collectors.toSet());
        Yaml.Member models = members.get(MODELS);
        Yaml.Member projects = members.get(PROJECTS);
        return new ConfigFile(texts, plans,
                models == null ? List.of() : new NameReader(models.value(), named).read(),
                projects == null || folder == null
                        ? List.of()
                        : new ProjectReader(folder, environment)
                                .read(projects.value(), values.get(ServerOptions.API_KEYS)));
    }

    private static String content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new ConfigException(file + " has more than 1 MiB");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no file " + file);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e.getMessage());
        }
    }
}
