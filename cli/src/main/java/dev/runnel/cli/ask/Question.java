package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.reply.Display;
import dev.runnel.cli.reply.Look;
import dev.runnel.cli.servers.AnswerSource;
import dev.runnel.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that {@code run} and {@code complete} share: the prompt, the model, and the server. */
final class Question {
    @Parameters(paramLabel = "PROMPT", arity = "0..*", description = "The prompt. '-', or a pipe without a prompt, reads it from standard input.")
    String @Nullable [] words;

    @Mixin
    Settings settings = new Settings();

    @Mixin
    Look look = new Look();

    @Option(names = "--no-stream", description = "Wait for the whole reply.")
    boolean whole;

    @Option(names = "--json", description = "Print the events as they are, one JSON object a line.")
    boolean json;

    @Mixin
    AnswerSource source = new AnswerSource();

    /** How the reply is shown. */
    Display display() {
        return json ? Display.JSON : look.display();
    }

    String prompt() {
        String text = words == null ? "" : String.join(" ", words);
        if (text.equals("-") || (text.isEmpty() && !Terminal.inputIsTerminal())) {
            text = standardInput();
        }
        if (text.isBlank()) {
            throw new MisusedException("the prompt is missing");
        }
        return text;
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new CommandException("standard input cannot be read: " + e.getMessage());
        }
    }
}
