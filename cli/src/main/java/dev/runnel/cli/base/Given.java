package dev.runnel.cli.base;

import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionTexts;
import dev.runnel.server.options.OptionValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Declared options as a part of a command. Here picocli splits the command line and no more: it hands over texts, which the
 * declarations read, as they read the texts of the environment.
 */
@Command // without an annotation picocli takes no mixin
public final class Given implements OptionTexts {
    private final List<Option<?>> options;
    private final ScopeType scope;
    private final Map<Option<?>, OptionSpec> typed = new HashMap<>();

    private Given(List<Option<?>> options, ScopeType scope) {
        this.options = options;
        this.scope = scope;
    }

    /** Options of one command. */
    public static Given of(Option<?>... options) {
        return new Given(List.of(options), ScopeType.LOCAL);
    }

    /** Options of one command. */
    public static Given of(List<Option<?>> options) {
        return new Given(options, ScopeType.LOCAL);
    }

    /** Options of a command and of the commands below it. */
    public static Given inherited(Option<?>... options) {
        return new Given(List.of(options), ScopeType.INHERIT);
    }

    /** Picocli calls this with the command that the options are a part of. */
    @Spec(Spec.Target.MIXEE)
    void addTo(CommandSpec command) {
        for (Option<?> option : options) {
            OptionSpec spec = spec(option);
            typed.put(option, spec);
            command.addOption(spec);
        }
    }

    private OptionSpec spec(Option<?> option) {
        String[] names = option.letter().isEmpty()
                ? new String[] {option.typed()}
                : new String[] {"-" + option.letter(), option.typed()};
        Kind<?> kind = option.kind();
        OptionSpec.Builder spec = OptionSpec.builder(names).description(option.help()).scopeType(scope);
        if (!kind.choices().isEmpty()) {
            spec.completionCandidates(kind.choices());
        }
        return switch (kind.form()) {
            case FLAG -> spec.type(boolean.class).arity("0").build();
            case ONE -> spec.type(String.class).paramLabel(kind.label()).build();
            case MANY -> spec.type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel(kind.label()).build();
        };
    }

    @Override
    public @Nullable List<String> find(Option<?> option) {
        OptionSpec spec = typed.get(option);
        Object value = spec == null ? null : spec.getValue();
        return switch (value) {
            case null -> null;
            case Boolean set -> set ? List.of("true") : null;
            case List<?> texts -> texts.stream().map(String::valueOf).toList();
            default -> List.of(value.toString());
        };
    }

    @Override
    public String name(Option<?> option) {
        return option.typed();
    }

    /** The values: those of the command line, or else of the environment, or else the defaults. */
    public OptionValues values() {
        return values(OptionTexts.NONE);
    }

    /** As {@link #values()}, but a file counts before the defaults. */
    public OptionValues values(OptionTexts file) {
        try {
            return OptionValues.read(options, List.of(this, OptionTexts.environment(System.getenv()), file));
        } catch (IllegalArgumentException e) {
            throw new MisusedException(String.valueOf(e.getMessage()));
        }
    }
}
