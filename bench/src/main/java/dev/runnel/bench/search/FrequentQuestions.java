package dev.runnel.bench.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * The questions of people and their answers, out of pages of frequently asked questions in HTML: each heading that ends with a question mark
 * asks, and the text below it answers. In the documents a number stands for the question, so that only the answer can be found.
 */
final class FrequentQuestions {
    private static final String NAVIGATION = "nav, .toc, .contents, .navheader, .navfooter, .headerlink, script, style";

    /** An answer's first chars, by which it is known. Shorter answers are left out. */
    private static final int BEGINNING = 60;

    private final Map<String, String> texts = new TreeMap<>();
    private final List<Asked> asked = new ArrayList<>();

    private FrequentQuestions() {}

    /** The questions of all pages in a folder. */
    static QuestionSet read(Path folder) throws IOException {
        FrequentQuestions all = new FrequentQuestions();
        try (Stream<Path> pages = Files.list(folder)) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".html") && !Files.isSymbolicLink(path))
                    .sorted().toList()) {
                all.add(page.getFileName().toString(), Jsoup.parse(page));
            }
        }
        return new QuestionSet(folder.getFileName().toString(), all.texts, all.asked);
    }

    private void add(String file, Document page) {
        Element main = page.selectFirst("[role=main]");
        Element body = main == null ? page.body() : main;
        body.select(NAVIGATION).remove();
        Element title = body.selectFirst("h1");
        Reading reading = new Reading("# " + (title == null ? "" : bare(title.text())));
        NodeTraversor.traverse(reading, body);
        for (int i = 0; i < reading.questions.size(); i++) {
            boolean last = i + 1 == reading.questions.size();
            String answer = Asked.spaced(reading.text.substring(
                    reading.answers.get(i), last ? reading.text.length() : reading.answers.get(i + 1))).strip();
            if (answer.length() >= BEGINNING) {
                asked.add(new Asked(reading.questions.get(i), file, answer.substring(0, BEGINNING)));
            }
        }
        if (!reading.questions.isEmpty()) {
            texts.put(file, reading.text.toString().replaceAll("\n\\s*\n", "\n\n"));
        }
    }

    /** A heading without its number. */
    private static String bare(String heading) {
        return heading.replaceFirst("^Chapter ", "").replaceFirst("^[\\d.]+ ", "");
    }

    /** Reads a page from its first question on. */
    private static final class Reading implements NodeVisitor {
        private final StringBuilder text;
        private final List<String> questions = new ArrayList<>();
        private final List<Integer> answers = new ArrayList<>();
        private int headings;

        Reading(String title) {
            text = new StringBuilder(title);
        }

        @Override
        public void head(Node node, int depth) {
            if (node instanceof Element element && isHeading(element)) {
                headings++;
                heading(bare(element.text()));
            } else if (headings == 0 && !questions.isEmpty()) {
                read(node);
            }
        }

        private void heading(String heading) {
            if (heading.endsWith("?")) {
                questions.add(heading);
                text.append("\n\n## ").append(questions.size()).append("\n\n");
                answers.add(text.length());
            } else if (!questions.isEmpty()) {
                text.append("\n\n# ").append(heading).append("\n\n");
            }
        }

        private void read(Node node) {
            if (node instanceof TextNode words) {
                text.append(Asked.spaced(words.getWholeText()));
            } else if (node instanceof Element element && element.isBlock()) {
                text.append("\n\n");
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element && isHeading(element)) {
                headings--;
            } else if (node instanceof Element element && element.isBlock() && headings == 0) {
                text.append("\n\n");
            }
        }

        private static boolean isHeading(Element element) {
            return element.normalName().matches("h[1-6]");
        }
    }
}
