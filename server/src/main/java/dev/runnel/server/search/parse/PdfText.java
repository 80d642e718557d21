package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/** Reads the text of a PDF, in the order of the file. Text in pictures is not read. */
final class PdfText {
    private PdfText() {}

    static void read(Path file, TextSink out) throws IOException, UnreadableFileException {
        if (!Content.of(file).isPdf()) {
            throw new UnreadableFileException(Code.INVALID_FILE,
                    "The file's name says that it is a PDF, but it holds something else.");
        }
        try (PDDocument document = Loader.loadPDF(
                new RandomAccessReadBufferedFile(file.toFile()), "", null, null,
                IOUtils.createTempFileOnlyStreamCache())) {
            PDFTextStripper stripper = new PDFTextStripper();
            stripper.setPageEnd("\n\n");
            stripper.writeText(document, out);
        } catch (InvalidPasswordException e) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE, "The PDF is encrypted with a password. Save it without one.");
        } catch (TextSink.TooMuchTextException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadableFileException(Code.INVALID_FILE, "The PDF is damaged and cannot be read.");
        }
        if (out.isBlank()) {
            throw new UnreadableFileException(Code.UNSUPPORTED_FILE,
                    "The PDF has no text. A scanned PDF holds pictures of text: "
                            + "add the text with a program for text recognition (OCR).");
        }
    }
}
