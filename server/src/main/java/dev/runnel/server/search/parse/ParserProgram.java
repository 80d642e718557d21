package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.LogManager;

/**
 * The program that reads one file: bytes on standard input, text on standard output. It ends with 0, with {@link #TOO_LATE}, or with
 * {@link #UNREADABLE} and on standard error a {@link Code} and a sentence. Its folder for temporary files is its alone.
 */
final class ParserProgram {
    /** The file cannot be read, and standard error says why. The JVM's own statuses are less. */
    static final int UNREADABLE = 20;

    /** Reading took too long: the program ends itself, so that it does so though nobody waits for it any more. */
    static final int TOO_LATE = 30;

    /** The JVM's own, when it has no memory left and was told to end then. */
    static final int OUT_OF_MEMORY = 3;

    private ParserProgram() {}

    /** Takes the file's type, how many bytes of text there may be, and how many milliseconds it may take. */
    public static void main(String[] args) throws IOException {
        endAfter(Long.parseLong(args[2]));
        // Libraries have a lot to say about files, and might say it where the text goes.
        LogManager.getLogManager().reset();
        PrintStream errors = System.err;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setErr(System.out);
        try {
            Path file = Files.createTempFile("file", "");
            try (OutputStream spooled = Files.newOutputStream(file)) {
                System.in.transferTo(spooled);
            }
            read(FileType.valueOf(args[0]), file, Long.parseLong(args[1]));
        } catch (UnreadableFileException e) {
            fail(errors, e);
        } catch (IOException | RuntimeException e) {
            fail(errors, new UnreadableFileException(Code.INVALID_FILE, "It is broken, and cannot be read."));
        } catch (StackOverflowError e) {
            fail(errors, new UnreadableFileException(Code.INVALID_FILE, "It nests too deep to be read."));
        }
    }

    private static void read(FileType type, Path file, long textBytes) throws IOException, UnreadableFileException {
        if (Files.size(file) == 0) {
            throw new UnreadableFileException(Code.INVALID_FILE, "The file is empty.");
        }
        try (TextSink out = new TextSink(new FileOutputStream(FileDescriptor.out), textBytes)) {
            switch (type) {
                case TEXT -> PlainText.read(file, out);
                case HTML -> HtmlText.read(file, out);
                case PDF -> PdfText.read(file, out);
                case DOCX -> OfficeText.readWord(file, out);
                case PPTX -> OfficeText.readSlides(file, out);
            }
            if (out.isBlank()) {
                throw new UnreadableFileException(Code.UNSUPPORTED_FILE, "There is no text in this file.");
            }
        } catch (TextSink.TooMuchTextException e) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE,
                    "There is more text in it than can be searched: " + (textBytes >> 20) + " MiB at most.");
        } catch (OfficeText.BombException e) {
            throw new UnreadableFileException(Code.INVALID_FILE, "It unpacks to more than 200 MiB.");
        }
    }

    private static void fail(PrintStream errors, UnreadableFileException failure) {
        errors.println(failure.code() + " " + failure.getMessage());
        errors.flush();
        // Nothing is left to be closed, and what a library may have started is not waited for.
        Runtime.getRuntime().halt(UNREADABLE);
    }

    private static void endAfter(long millis) {
        Thread watchdog = new Thread(() -> {
            try {
                Thread.sleep(millis);
                Runtime.getRuntime().halt(TOO_LATE);
            } catch (InterruptedException e) {
                Runtime.getRuntime().halt(TOO_LATE);
            }
        }, "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }
}
