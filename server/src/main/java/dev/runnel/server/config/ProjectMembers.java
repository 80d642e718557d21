package dev.runnel.server.config;

import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import java.util.List;

/** The members that a project of the file may have. */
final class ProjectMembers {
    private static final Kind<Integer> COUNT = Kind.number("N", 1, 1_000_000_000);

    static final Option<List<String>> KEY_ENV = Option.of("key-env", Kind.list("VARIABLE", List::copyOf),
            "The environment variables that hold its keys.");

    static final Option<List<String>> KEY_FILE = Option.of("key-file", Kind.list("FILE", List::copyOf),
            "The files that hold its keys, one a line.");

    static final Option<List<String>> MODELS = Option.of("models", Kind.list("MODEL", List::copyOf),
            "The models that it may ask for; one * in a name stands for any text.").otherwise("all");

    static final Option<Integer> REQUESTS_PER_MINUTE = Option.of("requests-per-minute", COUNT,
            "Requests a minute that ask a model.").otherwise("no limit");

    static final Option<Integer> TOKENS_PER_MINUTE = Option.of("tokens-per-minute", COUNT,
            "Tokens a minute, of prompts and replies.").otherwise("no limit");

    static final Option<Long> TOKENS_PER_DAY = Option.of("tokens-per-day",
            Kind.count("N", 1, 1_000_000_000_000L),
            "Tokens a day, of prompts and replies.").otherwise("no limit");

    static final Option<Integer> CONCURRENT_RUNS = Option.of("concurrent-runs", COUNT,
            "Runs that have not ended.").otherwise("no limit");

    static final Option<Long> STORAGE = Option.of("storage", Kind.size(1, 1L << 50), "Bytes of files.")
            .otherwise("no limit");

    /** All of them. */
    static final List<Option<?>> OPTIONS = List.of(KEY_ENV, KEY_FILE, MODELS, REQUESTS_PER_MINUTE,
            TOKENS_PER_MINUTE, TOKENS_PER_DAY, CONCURRENT_RUNS, STORAGE);

    private ProjectMembers() {}
}
