package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class DocumentParserTest {
    private static final ParserLimits LIMITS = ParserLimits.DEFAULT;

    @TempDir
    Path folder;

    private int parsers;

    private DocumentParser parser(ParserLimits limits) throws IOException {
        return new DocumentParser(limits, 2, folder.resolve("parser" + parsers++));
    }

    /** After each test nothing may be left. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        for (int i = 0; i < parsers; i++) {
            assertThat(folder.resolve("parser" + i)).isEmptyDirectory();
        }
    }

    private String read(String name, byte[] content) throws Exception {
        try (DocumentParser parser = parser(LIMITS)) {
            return parser.read(name, content.length, new ByteArrayInputStream(content));
        }
    }

    private String read(String name, String content) throws Exception {
        return read(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void refuses(String name, byte[] content, Code code, String sentence) throws Exception {
        refuses(LIMITS, name, content, code, sentence);
    }

    private void refuses(ParserLimits limits, String name, byte[] content, Code code, String sentence)
            throws Exception {
        try (DocumentParser parser = parser(limits)) {
            Throwable thrown = catchThrowable(
                    () -> parser.read(name, content.length, new ByteArrayInputStream(content)));
            assertThat(thrown).isInstanceOf(UnreadableFileException.class).hasMessageContaining(sentence)
                    .hasMessageEndingWith(".");
            assertThat(((UnreadableFileException) thrown).code()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.txt", "a.MD", "a.json", "a.java", "README", ".gitignore", "../../etc/a.py", "C:\\a.rb",
        "a\0b.txt"})
    void readsTextByTheEndOfItsName(String name) throws Exception {
        assertThat(read(name, "{\"über\": \"世界 🙂\"}\r\nline\rline\n"))
                .isEqualTo("{\"über\": \"世界 🙂\"}\nline\nline\n");
    }

    @ParameterizedTest
    @CsvSource({"UTF-8,EFBBBF", "UTF-16BE,FEFF", "UTF-16LE,FFFE"})
    void readsTextInTheEncodingThatItsMarkNames(String charset, String mark) throws Exception {
        byte[] text = ("\uFEFF" + "Grüße 🙂").getBytes(Charset.forName(charset));
        assertThat(HexFormat.of().withUpperCase().formatHex(text)).startsWith(mark);
        assertThat(read("a.txt", text)).isEqualTo("Grüße 🙂");
    }

    @Test
    void refusesTextInAnotherEncoding() throws Exception {
        refuses("a.txt", "Grüße".getBytes(StandardCharsets.ISO_8859_1), Code.INVALID_FILE,
                "The file is not text in UTF-8");
        refuses("a.txt", "Grüße".getBytes(StandardCharsets.UTF_16LE), Code.INVALID_FILE,
                "The file is not text in UTF-8");
        refuses("a.txt", "Hello".getBytes(StandardCharsets.UTF_16LE), Code.INVALID_FILE, "it holds binary data");
    }

    @Test
    void readsWhatAPageShows() throws Exception {
        String html = "<title>A page</title><script>var no = 1;</script><h1>Head</h1><p>One <b>two</b>\n three</p><ul><li>a<li>b</ul>"
                + "<table><tr><td>1</td><td>2</td></tr></table><pre>x\n  y</pre>";
        assertThat(read("a.html", html)).isEqualTo("A page\n\n# Head\n\nOne two three\n\na\nb\n1 2\nx\n  y\n\n");
    }

    @Test
    void readsAPageInTheEncodingThatItNames() throws Exception {
        byte[] html = "<meta charset=iso-8859-1><p>Grüße".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(read("a.htm", html)).contains("Grüße");
        refuses("a.htm", "<p>Grüße".getBytes(StandardCharsets.ISO_8859_1), Code.INVALID_FILE,
                "does not name its encoding");
    }

    @Test
    void readsPdf() throws Exception {
        assertThat(read("a.pdf", Documents.pdf(Documents.saying("A stream of runs")))).contains("A stream of runs");
    }

    @Test
    void readsWordWithTablesTabsAndNotesAndNothingTwice() throws Exception {
        String body = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p>"
                + "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice>"
                + "<mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>";
        assertThat(read("a.docx", Documents.docx(body))).isEqualTo("One\ttwo\nbox\n\n\n");
    }

    @Test
    void marksTheHeadingsOfWordByTheirStyles() throws Exception {
        String body = "<w:p><w:pPr><w:pStyle w:val=\"Heading2\"/></w:pPr><w:r><w:t>Terms</w:t></w:r></w:p>"
                + "<w:p><w:pPr><w:pStyle w:val=\"Quote\"/></w:pPr><w:r><w:t>Two years.</w:t></w:r></w:p>";
        assertThat(read("a.docx", Documents.docx(body))).isEqualTo("## Terms\nTwo years.\n\n\n");
    }

    @Test
    void readsSlidesInTheirOrderWithWhatTheSpeakerSays() throws Exception {
        Map<String, String> slides = new LinkedHashMap<>();
        for (String name : new String[] {"slides/slide10", "notesSlides/notesSlide2", "slides/slide2"}) {
            slides.put("ppt/" + name + ".xml",
                    "<p:sld xmlns:p=\"p\" xmlns:a=\"a\"><a:p><a:r><a:t>" + name + "</a:t></a:r></a:p></p:sld>");
        }
        assertThat(read("a.pptx", Documents.zip(slides)).lines().filter(line -> !line.isEmpty()))
                .containsExactly("slides/slide2", "notesSlides/notesSlide2", "slides/slide10");
    }

    @Test
    void refusesTypesThatAreNotReadWithoutStartingAnything() throws Exception {
        refuses("a.xlsx", new byte[1], Code.UNSUPPORTED_FILE, "Files of type .xlsx cannot be searched. Tables");
        refuses("a.doc", new byte[1], Code.UNSUPPORTED_FILE, "Save it as .docx");
        refuses("a.png", new byte[1], Code.UNSUPPORTED_FILE, "Files of type .png cannot be searched. Text, Markdown");
        refuses("a.<script>", new byte[1], Code.UNSUPPORTED_FILE, "Files of this type cannot be searched.");
        refuses("a.p\0df", new byte[1], Code.UNSUPPORTED_FILE, "Files of this type cannot be searched.");
    }

    @Test
    void refusesFilesThatAreNotWhatTheirNameSays() throws Exception {
        byte[] pdf = Documents.pdf(Documents.saying("text"));
        refuses("a.txt", pdf, Code.INVALID_FILE, "it holds a PDF");
        refuses("a.docx", pdf, Code.INVALID_FILE, "it holds something else");
        refuses("a.pdf", Documents.docx(""), Code.INVALID_FILE, "it holds something else");
        refuses("a.pptx", Documents.docx(""), Code.INVALID_FILE, "it is another zip archive");
        refuses("a.md", new byte[] {'a', 0, 'b'}, Code.INVALID_FILE, "it holds binary data");
    }

    @Test
    void refusesWhatHasNoText() throws Exception {
        refuses("a.txt", new byte[0], Code.INVALID_FILE, "The file is empty.");
        refuses("a.txt", " \n\t\u00a0".getBytes(StandardCharsets.UTF_8), Code.UNSUPPORTED_FILE, "has no text");
        refuses("a.pdf", Documents.scannedPdf(), Code.UNSUPPORTED_FILE, "(OCR)");
        refuses("a.docx", Documents.docx(""), Code.UNSUPPORTED_FILE, "has no text");
    }

    @Test
    void refusesWhatIsEncrypted() throws Exception {
        refuses("a.pdf", Documents.encryptedPdf(), Code.INVALID_FILE, "The PDF is encrypted with a password.");
        byte[] office = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1};
        refuses("a.docx", office, Code.INVALID_FILE,
                "The file is encrypted with a password, or has the format of before 2007.");
    }

    @Test
    void readsOrRefusesPdfsThatAreCutAnywhere() throws Exception {
        byte[] pdf = Documents.pdf(Documents.saying("A stream of runs"));
        try (DocumentParser parser = parser(LIMITS)) {
            for (int length : new int[] {6, 15, pdf.length / 4, pdf.length / 2, pdf.length - 20}) {
                byte[] cut = Arrays.copyOf(pdf, length);
                try {
                    parser.read("a.pdf", length, new ByteArrayInputStream(cut));
                } catch (UnreadableFileException e) {
                    assertThat(e.code()).as("cut at " + length).isNotEqualTo(Code.SERVER_ERROR);
                }
            }
        }
    }

    @Test
    void endsWhatNeverEnds() throws Exception {
        refuses(LIMITS.withTime(Duration.ofSeconds(3)), "a.pdf", Documents.endlessPdf(), Code.SERVER_ERROR,
                "Reading the file takes longer than the limit of 3 seconds.");
    }

    @Test
    void readsOrRefusesAPdfWhosePagesAreACircle() throws Exception {
        byte[] pdf = Documents.cyclicPdf();
        try (DocumentParser parser = parser(LIMITS)) {
            Throwable thrown = catchThrowable(() -> parser.read("a.pdf", pdf.length, new ByteArrayInputStream(pdf)));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(UnreadableFileException.class);
                assertThat(((UnreadableFileException) thrown).code()).isEqualTo(Code.INVALID_FILE);
            }
        }
    }

    @Test
    void refusesBombs() throws Exception {
        byte[] bomb = Documents.bomb();
        assertThat(bomb.length).isLessThan(1 << 20);
        refuses("a.docx", bomb, Code.INVALID_FILE, "The file unpacks to more than 200 MiB.");
    }

    @Test
    void readsNoFileOfTheServersForAnEntity() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        String external = "<!DOCTYPE d [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>";
        refuses("a.docx", Documents.docx(external, "<w:p><w:t>&e;</w:t></w:p>"), Code.INVALID_FILE,
                "document type definition");
        String laughs = "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
        refuses("a.docx", Documents.docx(laughs, "<w:p><w:t>&b;</w:t></w:p>"), Code.INVALID_FILE,
                "document type definition");
        Files.delete(secret);
    }

    @Test
    void refusesMoreTextThanThereMayBe() throws Exception {
        byte[] word = new byte[50 << 20];
        Arrays.fill(word, (byte) 'a');
        refuses("a.txt", word, Code.INVALID_FILE, "The file has more text than the limit of 32 MiB.");
        byte[] much = new byte[(64 << 20) + 1];
        refuses("a.txt", much, Code.INVALID_FILE, "The file is larger than the limit of 64 MiB.");
        assertThat(read("a.txt", Arrays.copyOf(word, 32 << 20))).hasSize(32 << 20);
    }

    @Test
    void refusesWhatNeedsMoreMemoryThanItMay() throws Exception {
        byte[] page = "<p>".repeat(5_000_000).getBytes(StandardCharsets.US_ASCII);
        refuses(LIMITS.withMemoryMegabytes(64), "a.html", page, Code.SERVER_ERROR,
                "more memory than the limit of 64 MiB");
    }

    @Test
    void theServersEnvironmentIsNotTheParsers() throws Exception {
        try (ParserProcess process = ParserProcess.start(FileType.TEXT, LIMITS, folder)) {
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/environ"))).doesNotContain("PATH=",
                    "HOME=");
        }
    }

    @Test
    void tellsWhenTheContentCannotBeRead() throws Exception {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
                return read();
            }
        };
        try (DocumentParser parser = parser(LIMITS)) {
            assertThatThrownBy(() -> parser.read("a.txt", 10, broken)).isInstanceOf(IOException.class)
                    .hasMessage("the disk is gone");
        }
    }

    @Test
    void closingAndInterruptionEndWhatRuns() throws Exception {
        byte[] endless = Documents.endlessPdf();
        CountDownLatch begun = new CountDownLatch(2);
        DocumentParser parser = parser(LIMITS);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = threads.submit(() -> parser.read("a.pdf", endless.length, telling(begun, endless)));
            Future<String> second = threads.submit(() -> parser.read("a.pdf", endless.length, telling(begun, endless)));
            begun.await();
            first.cancel(true);
            parser.close();
            assertThatThrownBy(second::get).cause().isInstanceOf(UnreadableFileException.class)
                    .hasMessage("The program that reads the file crashed.");
            assertThatThrownBy(() -> parser.read("a.txt", 1, InputStream.nullInputStream()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static InputStream telling(CountDownLatch begun, byte[] content) {
        begun.countDown();
        return new ByteArrayInputStream(content);
    }

    @Test
    void removesWhatAnEarlierProcessLeft() throws Exception {
        Path left = Files.createDirectories(folder.resolve("parser0").resolve("parse-1"));
        Files.writeString(left.resolve("file"), "half a file");
        parser(LIMITS).close();
    }
}
