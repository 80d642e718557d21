package dev.runnel.server.tool.codeinterpreter;

import dev.runnel.protocol.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** The files of runs: those that their code may read, and those that it has made. Thread-safe. */
public interface RunFiles {
    /**
     * A file that code may read.
     *
     * @param name as it was uploaded
     * @param bytes its length
     */
    record Input(String fileId, String name, long bytes) {}

    /** Writes a file's content. */
    @FunctionalInterface
    interface Content {
        /** Writes all of it. */
        void writeTo(OutputStream target) throws IOException, InterruptedException;
    }

    /** The files of a run's assistant, its thread and its request, those of the assistant first. */
    List<Input> inputs(Run run);

    /**
     * The content of a file. The caller closes it.
     *
     * @throws dev.runnel.server.tool.ToolException if the file was deleted
     */
    InputStream open(Input input);

    /**
     * Stores a file that a run's code has made.
     *
     * @return its id
     * @throws IOException if the content could not be written; then nothing is stored
     */
    String keep(Run run, String name, Content content) throws IOException, InterruptedException;
}
