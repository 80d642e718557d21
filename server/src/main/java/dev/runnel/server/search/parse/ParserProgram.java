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
 * The program that reads one file. It takes the bytes on standard input and writes the text to standard output. Its
 * exit status is 0, {@link #TOO_LATE}, or {@link #UNREADABLE}, in which case standard error has a {@link Code} and a
 * sentence. No other program uses its folder for temporary files.
 */
final class ParserProgram {
    /** The status if the file cannot be read; standard error says why. The JVM's own statuses are lower. */
    static final int UNREADABLE = 20;

    /** The status if reading took too long. The program ends itself, so that it ends even if the server has died. */
    static final int TOO_LATE = 30;

    /** The JVM's own status when it runs out of memory and has the option to exit then. */
    static final int OUT_OF_MEMORY = 3;

    private ParserProgram() {}

    /** Arguments: the file's type, the largest number of bytes of text, and the longest time in milliseconds. */
    public static void main(String[] args) throws IOException {
        endAfter(Long.parseLong(args[2]));
        // Libraries print messages about files, which must not get into the text on standard output.
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
            fail(errors, new UnreadableFileException(Code.INVALID_FILE, "The file is damaged and cannot be read."));
        } catch (StackOverflowError e) {
            fail(errors, new UnreadableFileException(Code.INVALID_FILE, "The file's parts are nested too deeply."));
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
                throw new UnreadableFileException(Code.UNSUPPORTED_FILE, "The file has no text.");
            }
        } catch (TextSink.TooMuchTextException e) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE,
                    "The file has more text than the limit of " + (textBytes >> 20) + " MiB.");
        } catch (OfficeText.BombException e) {
            throw new UnreadableFileException(Code.INVALID_FILE, "The file unpacks to more than 200 MiB.");
        }
    }

    private static void fail(PrintStream errors, UnreadableFileException failure) {
        errors.println(failure.code() + " " + failure.getMessage());
        errors.flush();
        // Nothing is left to close, and threads that a library may have started need not be waited for.
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
