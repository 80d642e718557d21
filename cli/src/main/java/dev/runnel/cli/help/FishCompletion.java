package dev.runnel.cli.help;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The script that makes fish complete a command's subcommands, its options and their values. */
final class FishCompletion {
    private final String name;
    private final StringBuilder script = new StringBuilder();

    private FishCompletion(String name) {
        this.name = name;
    }

    static String of(CommandLine command) {
        FishCompletion completion = new FishCompletion(command.getCommandName());
        completion.add(command, List.of());
        return completion.script.toString();
    }

    private void add(CommandLine command, List<String> path) {
        String here = condition(path, command.getSubcommands());
        boolean help = command.getCommandSpec().helpCommand();
        CommandLine listed = help ? command.getParent() : command;
        for (Map.Entry<String, CommandLine> sub : listed.getSubcommands().entrySet()) {
            line(here, "-f -a " + sub.getKey(), Manual.summary(sub.getValue()));
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            line(here, words(option), Manual.firstSentence(option.description()));
        }
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            for (String value : values(parameter)) {
                line(here, "-f -a " + value, Manual.firstSentence(parameter.description()));
            }
        }
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            List<String> further = new ArrayList<>(path);
            further.add(sub.getKey());
            add(sub.getValue(), further);
        }
    }

    /** True after the words of a path, as long as none of its subcommands follows. */
    private static String condition(List<String> path, Map<String, CommandLine> subcommands) {
        List<String> conditions = new ArrayList<>();
        path.forEach(word -> conditions.add("__fish_seen_subcommand_from " + word));
        if (!subcommands.isEmpty()) {
            conditions.add("not __fish_seen_subcommand_from " + String.join(" ", subcommands.keySet()));
        }
        return String.join("; and ", conditions);
    }

    private static String words(OptionSpec option) {
        StringBuilder words = new StringBuilder();
        for (String each : option.names()) {
            words.append(each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
        }
        if (option.arity().max() > 0) {
            words.append(takesFile(option) ? " -r" : " -x");
            List<String> values = values(option);
            words.append(values.isEmpty() ? "" : " -a " + quoted(String.join(" ", values)));
        }
        return words.toString().strip();
    }

    private static boolean takesFile(OptionSpec option) {
        return option.auxiliaryTypes()[0] == Path.class;
    }

    /** The values that an argument can have, if it has a choice of few. */
    private static List<String> values(ArgSpec argument) {
        List<String> values = new ArrayList<>();
        Iterable<String> candidates = argument.completionCandidates();
        if (candidates != null) {
            candidates.forEach(value -> values.add(value.toLowerCase(Locale.ROOT)));
        }
        return values;
    }

    private void line(String condition, String words, String explanation) {
        script.append("complete -c ").append(name)
                .append(condition.isEmpty() ? "" : " -n " + quoted(condition))
                .append(' ').append(words).append(" -d ").append(quoted(explanation)).append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
