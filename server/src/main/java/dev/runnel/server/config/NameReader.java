package dev.runnel.server.config;

import dev.runnel.server.routing.NameRule;
import dev.runnel.server.routing.RouteTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the names of the file, and what answers for each. An alias of an alias is replaced by what that one stands for. */
final class NameReader {
    private static final Pattern TARGET = Pattern.compile("(\\S+)(?:\\s+on\\s+(\\S.*))?");
    private static final Pattern BETWEEN = Pattern.compile("[,\\s]+");

    private final Map<String, Yaml.Member> names;
    private final Set<String> servers;

    NameReader(Yaml names, Set<String> servers) {
        this.names = names.members("models");
        this.servers = servers;
    }

    List<NameRule> read() {
        Map<String, NameRule> rules = new LinkedHashMap<>();
        names.forEach((name, member) -> {
            if (name.isBlank() || name.indexOf('*') != name.lastIndexOf('*')) {
                throw member.name().mistake("'" + name + "' is not a model's name; at most one '*' may stand in it");
            }
            rules.put(name, new NameRule(name, targets(name, member, new LinkedHashSet<>())));
        });
        return List.copyOf(rules.values());
    }

    private List<RouteTarget> targets(String name, Yaml.Member member, Set<String> through) {
        if (!through.add(name)) {
            throw member.name()
                    .mistake("the alias " + name + " leads in a circle: " + String.join(" → ", through) + " → "
                            + name + "; let one of them name a model 'on' a server");
        }
        List<RouteTarget> targets = new ArrayList<>();
        for (Yaml element : member.value().elements("the model " + name)) {
            RouteTarget target = target(element);
            boolean alias = target.servers().isEmpty() && names.containsKey(target.model())
                    && !target.model().equals(name);
            if (alias) {
                targets.addAll(targets(target.model(), Objects.requireNonNull(names.get(target.model())), through));
            } else {
                targets.add(target);
            }
        }
        through.remove(name);
        return targets.stream().distinct().toList();
    }

    private RouteTarget target(Yaml element) {
        String text = element.text("what answers for a name").strip();
        Matcher matcher = TARGET.matcher(text);
        if (!matcher.matches()) {
            throw element
                    .mistake("'" + text + "' is not a model; write MODEL or MODEL on SERVER, as in qwen3:32b on gpu1");
        }
        List<String> on = matcher.group(2) == null ? List.of()
                : BETWEEN.splitAsStream(matcher.group(2).strip()).toList();
        for (String server : on) {
            if (!servers.contains(server)) {
                throw element.mistake("there is no server '" + server + "'; " + KnownNames.nearest(server, servers));
            }
        }
        return new RouteTarget(matcher.group(1), on);
    }
}
