package dev.runnel.server.options;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place where a user writes options: a command line, the environment, a file. */
public interface OptionTexts {
    /** A place without options. */
    OptionTexts NONE = environment(Map.of());

    /** The texts that stand there for an option, at least one; null if it is not there. */
    @Nullable
    List<String> find(Option<?> option);

    /** The option's name at this place, for messages. */
    String name(Option<?> option);

    /** The environment variables of the options. */
    static OptionTexts environment(Map<String, String> environment) {
        return new OptionTexts() {
            @Override
            public @Nullable List<String> find(Option<?> option) {
                Option.Variable variable = option.variable();
                String value = variable == null ? null : environment.get(variable.name());
                return variable == null || value == null || (value.isBlank() && !variable.blankIsValue())
                        ? null
                        : List.of(value.strip());
            }

            @Override
            public String name(Option<?> option) {
                Option.Variable variable = option.variable();
                return variable == null ? "" : variable.name();
            }
        };
    }
}
