package dev.runnel.demo.speech;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The characters of a story and its place: the slots that every plot may use. */
final class Cast {

    private enum Pronouns {
        SHE("she", "her", "her"), HE("he", "him", "his");

        private final String subject;
        private final String object;
        private final String possessive;

        Pronouns(String subject, String object, String possessive) {
            this.subject = subject;
            this.object = object;
            this.possessive = possessive;
        }

        private Pronouns other() {
            return this == SHE ? HE : SHE;
        }

        private String list(String kind) {
            return kind + "." + subject;
        }
    }

    private Cast() {}

    /**
     * The slots {@code name}, {@code role}, {@code he}, {@code him}, {@code his} of the hero; {@code friend},
     * {@code fhe}, {@code fhim}, {@code fhis} of a friend, who never shares the hero's pronouns; {@code where}, and
     * {@code where,} for the middle of a sentence; {@code topic}.
     */
    static Scope of(Topic topic, Dice dice) {
        var words = Phrases.WORDS;
        var hero = topic instanceof Topic.Hero known ? known : new Topic.Hero("", "", "");
        var role = hero.role().isEmpty() ? dice.pick(words.words("roles")) : hero.role();
        var pronouns = pronouns(hero, dice);
        var name = hero.name().isEmpty() ? dice.pick(words.words(pronouns.list("names"))) : hero.name();
        var friends = new ArrayList<>(words.words(pronouns.other().list("names")));
        friends.remove(name);
        var place = dice.pick(words.words("places"));
        var where = hero.where().isEmpty() ? "in " + place : hero.where();

        Map<String, String> slots = new HashMap<>();
        slots.put("name", name);
        slots.put("role", role);
        slots.put("he", pronouns.subject);
        slots.put("him", pronouns.object);
        slots.put("his", pronouns.possessive);
        slots.put("friend", dice.pick(friends));
        slots.put("fhe", pronouns.other().subject);
        slots.put("fhim", pronouns.other().object);
        slots.put("fhis", pronouns.other().possessive);
        slots.put("where", where);
        slots.put("where,", where.contains(",") ? where + "," : where);
        slots.put("topic", topic instanceof Topic.Open ? dice.pick(words.words("topics")) : topic.phrase());
        return new Scope(slots);
    }

    private static Pronouns pronouns(Topic.Hero hero, Dice dice) {
        var words = Phrases.WORDS;
        var head = hero.role().substring(hero.role().lastIndexOf(' ') + 1);
        for (var pronouns : Pronouns.values()) {
            if (words.words(pronouns.list("beings")).contains(head)
                    || words.words(pronouns.list("known")).contains(hero.name())
                    || words.words(pronouns.list("names")).contains(hero.name())
                    || head.endsWith(pronouns == Pronouns.SHE ? "woman" : "man")) {
                return pronouns;
            }
        }
        if (hero.name().isEmpty()) {
            return dice.pick(List.of(Pronouns.values()));
        }
        return hero.name().toLowerCase(Locale.ROOT).matches(".*(?:a|ie|i|elle|ette|ine)") ? Pronouns.SHE : Pronouns.HE;
    }
}
