package dev.runnel.cli.servers;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.Given;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelException;
import dev.runnel.demo.DemoModel;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The options that choose who answers: a running server, or an embedded one over a model server; and the model. */
public final class AnswerSource {
    private static final String DEMO = "the built-in demo model answers. It makes up small stories and knows nothing.";

    private static final Option<String> MODEL = Option.of("model", Kind.text("NAME"), """
            The model that answers; 'runnel models' lists them.""")
            .letter("m").variable("RUNNEL_MODEL").otherwise("a small one of those that the server lists");

    @Mixin
    final Given given = Given.of(MODEL);

    @Mixin
    public ServerOption server = new ServerOption();

    @Mixin
    public ModelSource modelSource = new ModelSource();

    /** The model server's list; null if it was not read. */
    private @Nullable List<String> offered;

    /** Whether the command asks a running server. */
    public boolean remote() {
        return server.named() != null;
    }

    /**
     * The server that is asked.
     *
     * @param database where an embedded one keeps its data; null for data that is gone afterwards
     */
    public Target open(@Nullable String database) {
        return open(database, false);
    }

    /**
     * The server that is asked.
     *
     * @param database where an embedded one keeps its data; null for data that is gone afterwards
     * @param code whether an embedded one runs the Python code of models
     */
    public Target open(@Nullable String database, boolean code) {
        if (remote()) {
            return server.open();
        }
        ModelOrigin origin = modelSource.origin();
        if (origin == null) {
            Terminal.dim("No model server is named, so " + DEMO
                    + " For a real model, pass --model-url URL or set OPENAI_API_KEY.");
        } else if (!origin.meant() && modelOrNull() == null) {
            origin = ifUsable(origin);
        }
        return Target.embedded(origin == null ? new DemoModel() : origin.open(), database, code);
    }

    /** The variables of an official SDK may be meant for another program: their server is used if it works. */
    private @Nullable ModelOrigin ifUsable(ModelOrigin origin) {
        String problem;
        try {
            offered = origin.models();
            problem = "lists no model";
        } catch (RunnelException e) {
            problem = origin.words(e);
        }
        if (offered != null && !offered.isEmpty()) {
            return origin;
        }
        offered = null;
        Terminal.dim("The model server at " + origin.url() + " " + problem + ", so " + DEMO
                + " To ask that server all the same, name one of its models with --model.");
        return null;
    }

    /** The model for the request: the named one, or else a sensible one from the server's list, which a line then tells. */
    public String model(Target target) {
        String name = modelOrNull();
        return name != null ? name : chosen(target);
    }

    private String chosen(Target target) {
        List<String> names = offered != null ? offered
                : target.client().models().list().stream().map(ModelInfo::id).toList();
        String choice = ModelChoice.of(names);
        if (choice == null) {
            throw new CommandException("the server lists no model; load one there, or pass --model NAME.");
        }
        if (names.size() > 1) {
            Terminal.dim("The server lists " + names.size() + " models; " + choice
                    + " answers. --model NAME chooses another, 'runnel models' lists them.");
        }
        return choice;
    }

    /** The model that the user named; null if none. */
    @Nullable
    public String modelOrNull() {
        return given.values().find(MODEL);
    }
}
