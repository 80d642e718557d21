package dev.runnel.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The script that makes fish complete a command's subcommands and options. */
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
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            line(here, "-f -a " + sub.getKey(), Manual.summary(sub.getValue()));
        }
        String seen = condition(path, Map.of());
        for (OptionSpec option : command.getCommandSpec().options()) {
            line(seen, words(option), Manual.firstSentence(option.description()));
        }
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            List<String> further = new ArrayList<>(path);
            further.add(sub.getKey());
            add(sub.getValue(), further);
        }
    }

    /** Where the words of a path were typed, and none of its subcommands yet. */
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
        return words.append(option.arity().max() == 0 ? "" : " -r").toString().strip();
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
