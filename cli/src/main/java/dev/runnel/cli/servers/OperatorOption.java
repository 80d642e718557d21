package dev.runnel.cli.servers;

import dev.runnel.cli.base.Given;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import picocli.CommandLine.Mixin;

/** The options that name a running server and its operator's key. */
public final class OperatorOption {
    public static final Option<String> KEY = Option
            .of("operator-key", Kind.text("KEY").ofSecrets(), "The operator's key.")
            .variable("RUNNEL_OPERATOR_KEY");

    @Mixin
    final Given given = Given.inherited(ServerOption.URL, KEY);

    /** The server's routes, asked with the operator's key. */
    public OwnRoutes routes() {
        OptionValues values = given.values();
        String key = values.find(KEY);
        if (key == null) {
            throw new MisusedException(
                    "the server does this for its operator alone: set RUNNEL_OPERATOR_KEY to"
                            + " the operator's key, here and where the server starts.");
        }
        String named = values.find(ServerOption.URL);
        return new OwnRoutes(named != null ? named : ServerOption.USUAL, key);
    }
}
