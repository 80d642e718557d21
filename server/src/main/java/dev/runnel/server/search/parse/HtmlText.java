package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * Reads the text of a page that a browser would show: the title, and a line for each block, without scripts. A heading begins with
 * {@code #}, as in Markdown.
 */
final class HtmlText {
    /** The largest page. Its parsed tree takes ten times as much memory. */
    private static final long MAX_BYTES = 16L << 20;

    private HtmlText() {}

    static void read(Path file, TextSink out) throws IOException, UnreadableFileException {
        if (Files.size(file) > MAX_BYTES) {
            throw new UnreadableFileException(Code.INVALID_FILE, "HTML files may have at most 16 MiB.");
        }
        Document page = parse(file);
        page.select("script, style, template, noscript").remove();
        if (!page.title().isBlank()) {
            out.write(page.title() + "\n\n");
        }
        StringBuilder text = new StringBuilder();
        NodeTraversor.traverse(new Lines(text), page.body());
        out.write(text.toString());
    }

    /** Parses a page as UTF-8 if it is valid UTF-8, otherwise in the encoding that the page names. */
    private static Document parse(Path file) throws IOException, UnreadableFileException {
        try (Reader reader = PlainText.open(file)) {
            StringWriter html = new StringWriter();
            reader.transferTo(html);
            return Jsoup.parse(html.toString());
        } catch (CharacterCodingException e) {
            try (InputStream in = Files.newInputStream(file)) {
                Document page = Jsoup.parse(in, null, "");
                if (page.charset().equals(StandardCharsets.UTF_8)) {
                    throw new UnreadableFileException(
                            Code.INVALID_FILE,
                            "The file is not in UTF-8 and does not name its encoding. Save it in UTF-8.");
                }
                return page;
            }
        }
    }

    /**
     * Collects the text in lines. As in a browser, several white space characters are one space, except in preformatted
     * text.
     */
    private record Lines(StringBuilder text) implements NodeVisitor {
        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode words) {
                boolean preformatted = node.parent() instanceof Element parent && parent.closest("pre") != null;
                append(preformatted ? words.getWholeText() : words.text());
            } else if (node instanceof Element element) {
                if (isCell(element)) {
                    append(" ");
                } else if (element.nameIs("br") || element.isBlock()) {
                    newLine();
                }
                if (isHeading(element)) {
                    text.append("#".repeat(element.normalName().charAt(1) - '0')).append(' ');
                }
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element && element.isBlock() && !isCell(element)) {
                newLine();
                if (element.nameIs("p") || element.nameIs("pre") || isHeading(element)) {
                    text.append('\n');
                }
            }
        }

        private static boolean isHeading(Element element) {
            return element.normalName().matches("h[1-6]");
        }

        /** Whether an element is a cell of a table. The cells of a row are one line. */
        private static boolean isCell(Element element) {
            return element.nameIs("td") || element.nameIs("th");
        }

        private void append(String more) {
            boolean spaced = text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
            text.append(spaced && more.startsWith(" ") ? more.substring(1) : more);
        }

        private void newLine() {
            if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
                text.append('\n');
            }
        }
    }
}
