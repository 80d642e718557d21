package dev.runnel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options that {@code run} and {@code complete} share: what is asked, of which model, and where. */
final class Question {
    @Parameters(paramLabel = "PROMPT", arity = "0..*", description = "What to ask; '-' reads it from standard input, as does a pipe without a prompt.")
    String @Nullable [] words;

    @Option(names = "--model", paramLabel = "NAME", description = "Any name the model server knows. Or: RUNNEL_MODEL.")
    @Nullable
    String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for the model.")
    @Nullable
    String system;

    @Option(names = "--no-stream", description = "Wait for the whole reply.")
    boolean whole;

    @Option(names = "--server", paramLabel = "URL", description = "Ask this running server, not one embedded here. Or: RUNNEL_SERVER.")
    @Nullable
    String server;

    @Option(names = "--api-key", paramLabel = "KEY", description = "The server's key. Better: RUNNEL_API_KEY, which the list of processes does not show.")
    @Nullable
    String apiKey;

    @Mixin
    ModelSource modelSource = new ModelSource();

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    String prompt() {
        String text = words == null ? "" : String.join(" ", words);
        if (text.equals("-") || (text.isEmpty() && !Terminal.inputIsTerminal())) {
            text = standardInput();
        }
        if (text.isBlank()) {
            if (command == null) {
                throw new IllegalArgumentException("the prompt is missing");
            }
            throw new CommandLine.ParameterException(command.commandLine(), "the prompt is missing");
        }
        return text;
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new Failures.CommandException("standard input cannot be read: " + e.getMessage());
        }
    }

    Target open() {
        Map<String, String> environment = System.getenv();
        String remote = server != null ? server : ModelSource.set(environment, "RUNNEL_SERVER");
        String key = apiKey != null ? apiKey : ModelSource.set(environment, "RUNNEL_API_KEY");
        return remote != null ? Target.remote(remote, key) : Target.embedded(modelSource.open(environment));
    }

    /** The model to name: the one asked for, or the one there is. */
    String model(Target target) {
        String name = model != null ? model : ModelSource.set(System.getenv(), "RUNNEL_MODEL");
        return name != null ? name : target.onlyModel();
    }
}
