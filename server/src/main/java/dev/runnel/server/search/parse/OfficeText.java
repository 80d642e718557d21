package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads Word's and PowerPoint's documents (.docx, .pptx), which are XML in a zip archive. */
final class OfficeText {
    /** The largest size of all XML read from an archive, in bytes. */
    private static final long MAX_UNPACKED = 200L << 20;

    private static final Pattern WORD = Pattern.compile("word/(document|footnotes|endnotes)()\\.xml");
    private static final Pattern SLIDE = Pattern.compile("ppt/(slides/slide|notesSlides/notesSlide)(\\d{1,6})\\.xml");

    /** The name of a paragraph's style that Word gives headings, in all languages. */
    private static final Pattern HEADING = Pattern.compile("Heading([1-6])");

    private final TextSink out;
    private long left = MAX_UNPACKED;

    private OfficeText(TextSink out) {
        this.out = out;
    }

    static void readWord(Path file, TextSink out) throws IOException, UnreadableFileException {
        new OfficeText(out).read(file, WORD, "Word document (.docx)");
    }

    static void readSlides(Path file, TextSink out) throws IOException, UnreadableFileException {
        new OfficeText(out).read(file, SLIDE, "presentation (.pptx)");
    }

    private void read(Path file, Pattern part, String kind) throws IOException, UnreadableFileException {
        Content content = Content.of(file);
        if (content.isOldOffice()) {
            throw new UnreadableFileException(Code.INVALID_FILE,
                    "The file is encrypted with a password, or has the format of before "
                            + "2007. Save it as a " + kind + " without a password.");
        }
        if (!content.isZip()) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE, "The file's name says that it is a " + kind + ", but it holds something else.");
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> parts = zip.stream()
                    .filter(entry -> part.matcher(entry.getName()).matches())
                    .sorted(Comparator.<ZipEntry>comparingInt(entry -> number(part, entry))
                            .thenComparingInt(OfficeText::rank))
                    .toList();
            if (parts.isEmpty()) {
                throw new UnreadableFileException(
                        Code.INVALID_FILE,
                        "The file's name says that it is a " + kind + ", but it is another zip archive.");
            }
            for (ZipEntry entry : parts) {
                readXml(new Counted(zip.getInputStream(entry)));
            }
        } catch (ZipException | XMLStreamException e) {
            throw new UnreadableFileException(Code.INVALID_FILE, "The " + kind + " is damaged and cannot be read.");
        }
    }

    private static int number(Pattern part, ZipEntry entry) {
        Matcher matcher = part.matcher(entry.getName());
        return matcher.matches() && !matcher.group(2).isEmpty() ? Integer.parseInt(matcher.group(2)) : 0;
    }

    /** Sorts a document before its notes, and a slide before its speaker's notes. */
    private static int rank(ZipEntry entry) {
        return entry.getName().contains("notes") ? 1 : 0;
    }

    private void readXml(InputStream in) throws XMLStreamException, IOException, UnreadableFileException {
        try (in) {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                readEvent(xml);
            }
            xml.close();
        } catch (XMLStreamException e) {
            // The reader of XML wraps exceptions of its stream.
            if (e.getNestedException() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
        out.write("\n\n");
    }

    private void readEvent(XMLStreamReader xml) throws XMLStreamException, IOException, UnreadableFileException {
        switch (xml.next()) {
            case XMLStreamConstants.DTD -> throw new UnreadableFileException(
                    Code.INVALID_FILE,
                    "The file's XML has a document type definition, which no Office program writes.");
            case XMLStreamConstants.START_ELEMENT -> {
                switch (xml.getLocalName()) {
                    case "t" -> readText(xml);
                    case "pStyle" -> markHeading(xml);
                    case "tab" -> out.write("\t");
                    // The positions of tab stops, and the second version of content for older programs.
                    case "tabs", "Fallback" -> skip(xml);
                    case "br", "cr" -> out.write("\n");
                    default -> {
                    }
                }
            }
            case XMLStreamConstants.END_ELEMENT -> {
                if (xml.getLocalName().equals("p")) {
                    out.write("\n");
                }
            }
            default -> {
            }
        }
    }

    /** Writes a heading as Markdown does, so that its chunks can be told what they are about. */
    private void markHeading(XMLStreamReader xml) throws IOException {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            Matcher heading = HEADING.matcher(xml.getAttributeValue(i));
            if (heading.matches()) {
                out.write("#".repeat(Integer.parseInt(heading.group(1))) + " ");
            }
        }
    }

    private static void skip(XMLStreamReader xml) throws XMLStreamException {
        for (int depth = 1; depth > 0;) {
            int event = xml.next();
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    private void readText(XMLStreamReader xml) throws XMLStreamException, IOException {
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.isCharacters()) {
                out.write(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
            }
        }
    }

    /** An archive unpacks to more than the limit. */
    static final class BombException extends IOException {}

    /** Counts the unpacked bytes, and throws when they exceed the limit. */
    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? -1 : 1);
            return one;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            return count(super.read(buffer, from, length));
        }

        private int count(int read) throws IOException {
            left -= Math.max(0, read);
            if (left < 0) {
                throw new BombException();
            }
            return read;
        }
    }
}
