package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One running {@link ParserProgram}, for one file. For one thread; any thread may call {@link #kill}. */
final class ParserProcess implements AutoCloseable {
    /** How long to wait for a process to end that was killed or has closed its output. */
    private static final long END_SECONDS = 10;

    /** The longest sentence about a failure that is read, in bytes. */
    private static final int SENTENCE = 500;

    private final ParserLimits limits;
    private final Path folder;
    private final Process process;

    private ParserProcess(ParserLimits limits, Path folder, Process process) {
        this.limits = limits;
        this.folder = folder;
        this.process = process;
    }

    /** Starts the program, with a folder of its own within the given one. */
    static ParserProcess start(FileType type, ParserLimits limits, Path parent) throws IOException {
        Path folder = Files.createTempDirectory(parent, "parse-");
        try {
            ProcessBuilder builder = new ProcessBuilder(command(type, limits, folder)).directory(folder.toFile());
            // The server's environment may have keys and passwords.
            builder.environment().clear();
            return new ParserProcess(limits, folder, builder.start());
        } catch (IOException e) {
            remove(folder);
            throw e;
        }
    }

    private static List<String> command(FileType type, ParserLimits limits, Path folder) {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + limits.memoryMegabytes() + "m");
        command.addAll(List.of(
                "-XX:MaxMetaspaceSize=96m", "-XX:MaxDirectMemorySize=16m", "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xlog:disable", "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + folder, "-Dpdfbox.fontcache=" + folder, "-cp", classPath,
                ParserProgram.class.getName(),
                type.name(), Long.toString(limits.textBytes()), Long.toString(limits.time().toMillis())));
        return command;
    }

    /**
     * Gives the program the file and returns the text.
     *
     * @throws UncheckedIOException if the content cannot be read
     */
    String read(InputStream content) throws IOException, UnreadableFileException, InterruptedException {
        write(content);
        byte[] text = limited(process.getInputStream(), limits.textBytes());
        String sentence = new String(limited(process.getErrorStream(), SENTENCE), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new UnreadableFileException(Code.SERVER_ERROR, "The program that reads the file did not end.");
        }
        int status = process.exitValue();
        if (status == 0) {
            return new String(text, StandardCharsets.UTF_8);
        }
        throw failure(status, sentence);
    }

    private UnreadableFileException failure(int status, String sentence) {
        return switch (status) {
            case ParserProgram.UNREADABLE -> said(sentence);
            case ParserProgram.TOO_LATE -> tooLate(limits);
            case ParserProgram.OUT_OF_MEMORY -> new UnreadableFileException(Code.SERVER_ERROR,
                    "Reading the file takes more memory than the limit of " + limits.memoryMegabytes() + " MiB.");
            default -> brokenDown();
        };
    }

    /** The exception for the program's message: a code, a space, and a sentence. */
    private static UnreadableFileException said(String failure) {
        for (Code code : Code.values()) {
            if (failure.startsWith(code + " ")) {
                return new UnreadableFileException(code, failure.substring(code.name().length() + 1));
            }
        }
        return brokenDown();
    }

    static UnreadableFileException brokenDown() {
        return new UnreadableFileException(Code.SERVER_ERROR, "The program that reads the file crashed.");
    }

    static UnreadableFileException tooLate(ParserLimits limits) {
        return new UnreadableFileException(
                Code.SERVER_ERROR,
                "Reading the file takes longer than the limit of " + limits.time().toSeconds() + " seconds.");
    }

    private void write(InputStream content) {
        byte[] buffer = new byte[64 * 1024];
        try (OutputStream in = process.getOutputStream()) {
            while (true) {
                int n = readOf(content, buffer);
                if (n < 0) {
                    return;
                }
                in.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // The program has ended already; its status says why.
            return;
        }
    }

    private static int readOf(InputStream content, byte[] buffer) {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads bytes up to a limit, and drops the rest: a process under attack may not keep its own limits. */
    private static byte[] limited(InputStream in, long limit) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(in.readNBytes((int) limit));
        in.transferTo(OutputStream.nullOutputStream());
        return out.toByteArray();
    }

    long pid() {
        return process.pid();
    }

    /** Ends the program at once. A thread that reads from it then gets the end of the stream. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends the program, and then removes its folder. */
    @Override
    public void close() throws IOException {
        kill();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        remove(folder);
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
