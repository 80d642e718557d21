package dev.runnel.cli.servers;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses a model of a server's list if the user names none: a small one that is made for conversations. */
public final class ModelChoice {
    private static final List<String> KNOWN = List.of(
            "gpt-4o-mini", "gpt-4.1-mini", "gpt-5-mini", "gpt-4.1-nano", "gpt-5-nano", "claude-haiku-4-5",
            "gemini-2.5-flash", "mistral-small-latest", "llama-3.1-8b-instant", "deepseek-chat");

    /** Words in the names of models that make pictures, sounds or vectors, that judge, or that are no longer served. */
    private static final Pattern OTHER_PURPOSE = Pattern.compile(
            "embed|rerank|whisper|tts|dall-e|image|audio|realtime|transcribe|moderation|guard|davinci|babbage|sora|"
                    + "codex|search|computer-use|turbo-instruct|diffusion|bge-|minilm|clip|veo|lyria|imagen");

    private static final Pattern SMALL = Pattern.compile("mini|nano|flash|haiku|small|lite|[^0-9.][1-9]b");

    private ModelChoice() {}

    /** The chosen model; null if the list is empty. */
    public static @Nullable String of(List<String> names) {
        List<String> writers = names.stream().filter(ModelChoice::writes).toList();
        return Stream.of(
                KNOWN.stream().filter(names::contains),
                writers.stream().filter(name -> SMALL.matcher(lower(name)).find()),
                writers.stream(),
                names.stream()).flatMap(each -> each).findFirst().orElse(null);
    }

    private static boolean writes(String name) {
        return !OTHER_PURPOSE.matcher(lower(name)).find();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The first few names, for a message. */
    public static String some(List<String> names, int count) {
        return names.stream().limit(count).collect(Collectors.joining(", "))
                + (names.size() > count ? " and " + (names.size() - count) + " more" : "");
    }
}
