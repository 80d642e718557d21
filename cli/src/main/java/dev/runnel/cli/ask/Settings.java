package dev.runnel.cli.ask;

import dev.runnel.cli.base.Given;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The options for the model's reply, and for the files that go with the prompt. */
final class Settings {
    /** Models of the service that gave the limit its new name, and refuse the old one. */
    private static final Pattern NEW_LIMIT_NAME = Pattern.compile("^(o[0-9]|gpt-[5-9]).*");

    @CommandLine.Option(names = {"-s", "--system"}, paramLabel = "TEXT", description = "Instructions for the model.")
    @Nullable
    String system;

    @CommandLine.Option(names = "--temperature", paramLabel = "T", description = "From 0, the most likely words, to 2, surprising ones. Default: the server's.")
    @Nullable
    Double temperature;

    private static final Option<Integer> MAX_TOKENS = Option.of("max-tokens", Kind.number("N", 1, 1_000_000_000), """
            The longest reply, in tokens.""")
            .otherwise("the server's limit");

    @Mixin
    final Given given = Given.of(MAX_TOKENS);

    @CommandLine.Option(names = {"-f",
        "--file"}, paramLabel = "FILE", description = "Give the model this file too: text in UTF-8, or an image (PNG, JPEG, GIF, WebP). Can be repeated.")
    @Nullable
    List<Path> files;

    /** The named files, read. */
    List<Attachment> attachments() {
        return files == null ? List.of() : files.stream().map(Attachment::read).toList();
    }

    AssistantRequest assistant(String model, String name) {
        AssistantRequest.Builder request = AssistantRequest.builder(model).name(name);
        if (system != null) {
            request.instructions(system);
        }
        return request.build();
    }

    void apply(RunRequest.Builder run) {
        Integer maxTokens = given.values().find(MAX_TOKENS);
        if (temperature != null) {
            run.temperature(temperature);
        }
        if (maxTokens != null) {
            run.maxCompletionTokens(maxTokens.longValue());
        }
    }

    void apply(ResponseRequest.Builder response) {
        Integer maxTokens = given.values().find(MAX_TOKENS);
        if (system != null) {
            response.instructions(system);
        }
        if (temperature != null) {
            response.temperature(temperature);
        }
        if (maxTokens != null) {
            response.maxOutputTokens(maxTokens.longValue());
        }
    }

    void apply(ChatRequest.Builder chat, String model) {
        Integer maxTokens = given.values().find(MAX_TOKENS);
        if (temperature != null) {
            chat.temperature(temperature);
        }
        if (maxTokens != null && NEW_LIMIT_NAME.matcher(model.toLowerCase(Locale.ROOT)).matches()) {
            chat.maxCompletionTokens(maxTokens.longValue());
        } else if (maxTokens != null) {
            chat.maxTokens(maxTokens.longValue());
        }
    }
}
