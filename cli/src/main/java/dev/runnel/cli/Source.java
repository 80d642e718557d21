package dev.runnel.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say who answers: a running server, or one embedded here over a model server; and which model. */
final class Source {
    @Option(names = "--model", paramLabel = "NAME", description = "Any name the model server knows. Or: RUNNEL_MODEL.")
    @Nullable
    String model;

    @Mixin
    ServerOption server = new ServerOption();

    @Mixin
    ModelSource modelSource = new ModelSource();

    /** Whether a server that runs elsewhere is asked. */
    boolean remote() {
        return server.named(System.getenv()) != null;
    }

    /**
     * The server that is asked.
     *
     * @param database where an embedded one keeps its data; null for data that is gone afterwards
     */
    Target open(@Nullable String database) {
        Map<String, String> environment = System.getenv();
        String named = server.named(environment);
        return named != null
                ? Target.remote(named, server.key(environment))
                : Target.embedded(modelSource.open(environment), database);
    }

    /** The model to name: the one asked for, or the one there is. */
    String model(Target target) {
        String name = modelOrNull();
        return name != null ? name : target.onlyModel();
    }

    /** The model that was asked for; null if none was. */
    @Nullable
    String modelOrNull() {
        return model != null ? model : ModelSource.set(System.getenv(), "RUNNEL_MODEL");
    }
}
