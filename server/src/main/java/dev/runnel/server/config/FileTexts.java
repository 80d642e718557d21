package dev.runnel.server.config;

import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionTexts;
import dev.runnel.server.options.OptionValues;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options that stand in a mapping of the file. Immutable. */
final class FileTexts implements OptionTexts {
    private final Map<String, Yaml.Member> members;

    /**
     * The options of a mapping.
     *
     * @param what the mapping is, for messages
     * @param options those that it may have
     * @param others other members that it may have
     * @throws ConfigException if it has further members
     */
    FileTexts(String what, Map<String, Yaml.Member> members, Collection<? extends Option<?>> options,
            Set<String> others) {
        this.members = members;
        Set<String> known = options.stream().map(Option::name).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(others);
        members.forEach((name, member) -> {
            if (!known.contains(name)) {
                throw member.name().mistake(what + " has no member '" + name + "'; " + KnownNames.nearest(name, known));
            }
        });
    }

    @Override
    public @Nullable List<String> find(Option<?> option) {
        Yaml.Member member = members.get(option.name());
        if (member == null || member.value().isNothing()) {
            return null;
        }
        return option.kind().form() == Kind.Form.MANY
                ? member.value().elements(option.name()).stream().map(element -> element.text(option.name())).toList()
                : List.of(member.value().text(option.name()));
    }

    @Override
    public String name(Option<?> option) {
        Yaml.Member member = members.get(option.name());
        return (member == null ? "" : member.value().place() + ": ") + option.name();
    }

    /**
     * The values of the options that stand here.
     *
     * @throws ConfigException if one is wrong
     */
    OptionValues values(List<? extends Option<?>> options) {
        try {
            return OptionValues.read(options, List.of(this));
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }
}
