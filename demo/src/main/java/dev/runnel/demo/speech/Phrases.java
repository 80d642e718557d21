package dev.runnel.demo.speech;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The text material of one resource file. A line {@code == name} opens a section, a blank line ends an entry, and
 * {@code #} starts a comment line. Immutable.
 */
record Phrases(Map<String, List<String>> sections) {

    private static final Pattern BAR = Pattern.compile("\\s*\\|\\s*");

    static final Phrases HERO_PLOTS = load("plots-hero.txt");
    static final Phrases TOPIC_PLOTS = load("plots-topic.txt");
    static final Phrases TALK = load("talk.txt");
    static final Phrases VERSE = load("verse.txt");
    static final Phrases WORDS = load("words.txt");

    /** The entries of a section, each with its own line breaks. */
    List<String> entries(String section) {
        var entries = sections.get(section);
        if (entries == null) {
            throw new IllegalArgumentException("No section " + section);
        }
        return entries;
    }

    /** The words of a section, which bars separate. */
    List<String> words(String section) {
        return BAR.splitAsStream(prose(String.join("\n", entries(section)))).filter(word -> !word.isEmpty()).toList();
    }

    /** One of the section's entries, as prose. */
    Template template(String section) {
        return new Template.Choice(entries(section).stream().map(Phrases::prose).map(Template::parse).toList());
    }

    /** The text of an entry in one line. */
    static String prose(String entry) {
        return entry.replace('\n', ' ');
    }

    Set<String> names() {
        return sections.keySet();
    }

    private static Phrases load(String file) {
        try (var in = Phrases.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("Missing from the class path: " + file);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Phrases parse(String text) {
        var sections = new LinkedHashMap<String, List<String>>();
        var entries = new ArrayList<String>();
        var entry = new StringBuilder();
        for (var line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
            var opens = line.startsWith("== ");
            if (opens || line.isBlank()) {
                if (!entry.isEmpty()) {
                    entries.add(entry.toString());
                    entry.setLength(0);
                }
                if (opens) {
                    entries = new ArrayList<>();
                    sections.put(line.substring(3), entries);
                }
            } else {
                entry.append(entry.isEmpty() ? "" : "\n").append(line);
            }
        }
        if (!entry.isEmpty()) {
            entries.add(entry.toString());
        }
        return new Phrases(sections);
    }
}
