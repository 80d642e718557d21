package dev.runnel.demo.speech;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Haiku and rhymed couplets, put together from hand-written lines. */
final class Verse {

    private Verse() {}

    /** Three lines of five, seven and five syllables. */
    static String haiku(Topic topic, Dice dice) {
        var verse = Phrases.VERSE;
        return English.capitalised(firstLine(topic, dice)) + "\n" + dice.pick(verse.words("haiku.second")) + "\n"
                + dice.pick(verse.words("haiku.third"));
    }

    private static String firstLine(Topic topic, Dice dice) {
        var word = headWord(topic);
        var section = "haiku.topic." + English.syllables(word);
        var about = !word.isEmpty() && Phrases.VERSE.names().contains(section);
        var line = dice.pick(Phrases.VERSE.words(about ? section : "haiku.first"));
        return line.replace("{topic}", word);
    }

    /** The one word of the topic that a line of five syllables has room for. */
    private static String headWord(Topic topic) {
        return switch (topic) {
            case Topic.Open() -> "";
            case Topic.Hero(var role, var name, _) -> name.isEmpty() ? role.substring(role.lastIndexOf(' ') + 1) : name;
            case Topic.Thing(var phrase) -> {
                var words = List.of(phrase.split(" ", -1));
                var bare = words.getFirst().matches("(?i)an?|the") ? words.subList(1, words.size()) : words;
                yield bare.size() <= 2 ? bare.getLast() : "";
            }
        };
    }

    /** Six or eight lines of rhymed couplets. */
    static String poem(Topic topic, Dice dice) {
        var verse = Phrases.VERSE;
        var couplets = new ArrayList<String>();
        couplets.add(dice.pick(verse.entries(topic instanceof Topic.Open ? "poem.open" : "poem.open.topic")));
        var middle = new ArrayList<>(verse.entries("poem.middle"));
        for (var left = 1 + dice.below(2); left > 0; left--) {
            couplets.add(middle.remove(dice.below(middle.size())));
        }
        couplets.add(dice.pick(verse.entries("poem.close")));
        return couplets.stream().map(couplet -> couplet.replace("{topic}", topic.phrase()))
                .collect(Collectors.joining("\n"));
    }
}
