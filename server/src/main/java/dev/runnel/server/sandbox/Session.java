package dev.runnel.server.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A session that one caller has. For one thread; any thread may call {@link #kill}. When a method is interrupted, the
 * session ends. Methods throw a {@link SandboxException} if it has ended.
 */
public interface Session extends AutoCloseable {
    /** By which it is {@linkplain Sandbox#resume resumed}. No other session ever has the same, and it cannot be guessed. */
    String id();

    /**
     * Puts a file into the folder.
     *
     * @param name without slashes
     * @param length how many bytes it has
     * @return empty if it is there; otherwise a sentence that says why not
     */
    String put(String name, long length, InputStream content) throws InterruptedException;

    /** Runs code. */
    Outcome run(String code) throws InterruptedException;

    /**
     * Writes the content of a file of the folder.
     *
     * @param most the most bytes that are taken
     * @throws IOException if it is not there, is no file, or is longer; a longer one ends the session
     */
    void read(String name, long most, OutputStream target) throws IOException, InterruptedException;

    /** Ends the session with all its processes, at once. */
    void kill();

    /** Gives the session back, to be kept. */
    @Override
    void close();

    /** Why a file cannot be put into the folder that is larger than all files may be together. */
    static String tooLarge(long most) {
        return "It is larger than " + (most >> 20) + " MiB, which all files of the session may have together.";
    }
}
