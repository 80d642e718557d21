package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.base.Source;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data of a tool step that must be kept but is not shown. It is kept beside the step, from when the server has executed
 * its own calls.
 *
 * @param used the model call's usage; shown when the step ends
 * @param extras by call id, the call's members that the protocol does not have, which some model servers want back with
 *     the call; as {@code id} the model server's own id, if the call has another one here
 * @param served by call id, the results of the calls that the server executed
 */
public record StepNotes(Usage used, Map<String, JsonValue> extras, Map<String, ServedCall> served) {
    /** Accepts notes without served calls: they were kept before servers had tools. */
    public StepNotes {
        served = orEmpty(served);
    }

    private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
        return map == null ? Map.of() : map;
    }

    /**
     * A call that the server executed.
     *
     * @param name the function that the model called; empty if the server made the call by itself
     * @param arguments JSON as the model wrote it
     * @param output the output for the model
     * @param shown the finished step's value under the tool's kind; null if the step's deltas already add up to it
     * @param whole the same value with what only those see who ask to include it; null if there is no more
     * @param sources what the model's text may cite, by the numbers of the marker
     * @param files files that the call has made for the user
     */
    public record ServedCall(
            String name, String arguments, String output, @Nullable JsonValue shown, @Nullable JsonValue whole,
            Map<String, Source> sources, HandedFiles files) {
        /** Accepts calls without sources and files: they were kept before there were any. */
        public ServedCall {
            sources = orEmpty(sources);
            files = HandedFiles.orNone(files);
        }
    }
}
