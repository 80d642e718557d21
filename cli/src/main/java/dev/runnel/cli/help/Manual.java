package dev.runnel.cli.help;

import dev.runnel.cli.text.Columns;
import dev.runnel.cli.text.Wrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The text of {@code --help}: within the terminal's width, and without breaking an option, a command or an address in two. */
public final class Manual {
    private static final int WIDEST = 100;

    /** The longest name with its explanation beside it. Below a longer name the explanation begins on the next line. */
    private static final int NAMES = 24;

    private static final String INDENT = "  ";

    private final CommandLine command;
    private final CommandSpec spec;
    private final int columns;
    private final StringBuilder out = new StringBuilder();

    private Manual(CommandLine command, int columns) {
        this.command = command;
        this.spec = command.getCommandSpec();
        this.columns = Math.min(columns, WIDEST);
    }

    /** The manual of a command. */
    public static String of(CommandLine command, int columns) {
        Manual manual = new Manual(command, columns);
        manual.write();
        return manual.out.toString();
    }

    private void write() {
        paragraph("Usage: " + spec.qualifiedName() + (spec.options().isEmpty() ? "" : " [OPTION]...") + parameters()
                + (command.getSubcommands().isEmpty() ? "" : spec.parent() == null ? " COMMAND" : " [COMMAND]"));
        out.append('\n');
        for (String line : spec.usageMessage().description()) {
            paragraph(line);
        }
        section("", spec.positionalParameters().stream()
                .map(each -> new Entry(INDENT + each.paramLabel(), explanation(each))));
        section("Commands:", command.getSubcommands().entrySet().stream()
                .map(each -> new Entry(INDENT + each.getKey(), summary(each.getValue()))));
        section("Options:", spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(Manual::isStandard).thenComparing(OptionSpec::longestName))
                .map(option -> new Entry(names(option), explanation(option))));
        footer();
    }

    private record Entry(String name, String explanation) {}

    private String parameters() {
        return spec.positionalParameters().stream().map(PositionalParamSpec.class::cast)
                .map(each -> each.arity().min() == 0 ? " [" + each.paramLabel() + "]"
                        : " " + each.paramLabel() + (each.arity().isVariable() ? "..." : ""))
                .collect(Collectors.joining());
    }

    private static boolean isStandard(OptionSpec option) {
        return option.usageHelp() || option.versionHelp();
    }

    private static String names(OptionSpec option) {
        List<String> shortFirst = Arrays.stream(option.names()).sorted(Comparator.comparingInt(String::length))
                .toList();
        String indent = shortFirst.getFirst().startsWith("--") ? INDENT + "    " : INDENT;
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return indent + String.join(", ", shortFirst) + value;
    }

    private static String explanation(ArgSpec spec) {
        String text = String.join(" ", spec.description());
        return text.replace("${DEFAULT-VALUE}", Objects.requireNonNullElse(spec.defaultValue(), ""))
                .replace("${COMPLETION-CANDIDATES}", "");
    }

    /** A command's purpose, in a sentence. */
    static String summary(CommandLine command) {
        return firstSentence(command.getCommandSpec().usageMessage().description());
    }

    static String firstSentence(String[] description) {
        String text = String.join(" ", description);
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }

    private void section(String heading, Stream<Entry> entries) {
        List<Entry> all = new ArrayList<>(entries.toList());
        if (all.isEmpty()) {
            return;
        }
        out.append('\n').append(heading).append(heading.isEmpty() ? "" : "\n");
        int widest = all.stream().mapToInt(entry -> Columns.of(entry.name)).filter(width -> width <= NAMES).max()
                .orElse(NAMES);
        String indent = " ".repeat(widest + 2);
        for (Entry entry : all) {
            List<String> lines = Wrap.lines(entry.explanation, Math.max(20, columns - indent.length()));
            boolean beside = Columns.of(entry.name) <= widest;
            out.append(beside ? Columns.pad(entry.name, widest) + "  " : entry.name + "\n" + indent)
                    .append(String.join("\n" + indent, lines)).append('\n');
        }
    }

    private void footer() {
        String[] lines = spec.usageMessage().footer();
        if (lines.length > 0) {
            out.append("\nExamples:\n");
            Arrays.stream(lines).forEach(line -> out.append(line.replace("%%", "%")).append('\n'));
        }
    }

    private void paragraph(String text) {
        Wrap.lines(text, columns).forEach(line -> out.append(line).append('\n'));
    }
}
