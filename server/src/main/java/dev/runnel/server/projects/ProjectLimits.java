package dev.runnel.server.projects;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much a project may use. Null is no limit.
 *
 * @param models the names that it may ask for; one {@code *} in a name stands for any text
 * @param requests requests a minute that ask a model
 * @param tokens tokens a minute, of prompts and replies
 * @param tokensADay tokens a day, of prompts and replies, by UTC
 * @param runs runs that have not ended
 * @param storage bytes of files
 */
public record ProjectLimits(@Nullable List<String> models, @Nullable Integer requests, @Nullable Integer tokens,
        @Nullable Long tokensADay, @Nullable Integer runs, @Nullable Long storage) {
    /** No limits. */
    public static final ProjectLimits NONE = new ProjectLimits(null, null, null, null, null, null);

    private static final char ANY = '*';

    /** Keeps a copy of the list. */
    public ProjectLimits {
        models = models == null ? null : List.copyOf(models);
    }

    /** Whether requests may ask for a model. */
    public boolean allows(String model) {
        return models == null || models.stream().anyMatch(name -> matches(name, model));
    }

    private static boolean matches(String name, String model) {
        int star = name.indexOf(ANY);
        return star < 0
                ? name.equals(model)
                : model.length() >= name.length() - 1 && model.startsWith(name.substring(0, star))
                        && model.endsWith(name.substring(star + 1));
    }

    /** The limits, for a person: {@code gpt-4o, claude-*; 600 requests a minute}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (models != null) {
            words.add("models " + String.join(", ", models));
        }
        add(words, requests, "requests a minute");
        add(words, tokens, "tokens a minute");
        add(words, tokensADay, "tokens a day");
        add(words, runs, "runs at once");
        add(words, storage, "bytes of files");
        return words.isEmpty() ? "no limits" : String.join("; ", words);
    }

    private static void add(List<String> words, @Nullable Number limit, String what) {
        if (limit != null) {
            words.add(limit + " " + what);
        }
    }
}
