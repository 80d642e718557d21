package dev.runnel.demo.speech;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The request in a prompt, as far as the demo model can tell. */
sealed interface Intent {

    enum Unit {
        WORDS, SENTENCES
    }

    /** The matters for which the demo model has one honest line, the surest cue first. */
    enum Matter {
        THANKS(Cues.THANKS), FAREWELL(Cues.FAREWELL), PING(Cues.PING), SELF(Cues.SELF), JOKE(Cues.JOKE), SUM(Cues.SUM),
        CODE(Cues.CODE), QUESTION(Cues.QUESTION), OTHER(Cues.ANYTHING);

        private final Pattern cue;

        Matter(Pattern cue) {
            this.cue = cue;
        }

        /** The section of the talk file that has its lines. */
        String section() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Tell(Topic topic) implements Intent {}

    /** A text of an exact size. */
    record Measured(int count, Unit unit, Topic topic) implements Intent {}

    record Haiku(Topic topic) implements Intent {}

    record Poem(Topic topic) implements Intent {}

    record Say(String text, int times) implements Intent {}

    record Count(int to) implements Intent {}

    /** A greeting to return: "Good morning!" */
    record Greet(String greeting) implements Intent {}

    /** A prompt in another language: one of the talk file's, or "other". */
    record Foreign(String language) implements Intent {}

    record Talk(Matter matter) implements Intent {}

    /** The part of a prompt that is read: its beginning. */
    static String readable(String prompt) {
        return TokenCutter.prefix(prompt, 4_000);
    }

    static Intent of(String prompt) {
        var asked = Cues.POLITELY.matcher(prompt.strip());
        return new Reader(asked.matches() ? asked.group(1) : prompt.strip()).read();
    }

    /** Tries the intents from the plainest to the vaguest. */
    final class Reader {

        private static final List<String> NUMBERS = List.of(
                "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

        private static final int LONGEST_ECHO = 2_000;

        private final String prompt;

        private Reader(String prompt) {
            this.prompt = prompt;
        }

        private Intent read() {
            return said()
                    .or(this::counted)
                    .or(this::measured)
                    .or(this::literary)
                    .or(this::greeted)
                    .or(this::foreign)
                    .orElseGet(() -> new Talk(matter()));
        }

        private Optional<Intent> said() {
            return find(Cues.SAY).map(say -> {
                var text = say.group(1).strip().replaceAll("^[\"“'`](.+)[\"”'`][.!]?$", "$1");
                var times = say.group(2) == null ? 1 : number(say.group(2));
                return new Say(text, Math.clamp(times, 1, Math.max(1, LONGEST_ECHO / (text.length() + 1))));
            });
        }

        private Optional<Intent> counted() {
            return find(Cues.COUNT).map(count -> new Count(Math.clamp(number(count.group(1)), 1, 200)));
        }

        private Optional<Intent> measured() {
            var verse = has(Cues.POEM) || has(Cues.HAIKU);
            var writes = has(Cues.WRITES) && !has(Cues.CODE) && !has(Cues.QUESTION) && !verse;
            return find(Cues.SIZE).filter(_ -> writes || has(Cues.STORY)).map(size -> {
                var unit = size.group(2).equalsIgnoreCase("word") ? Unit.WORDS : Unit.SENTENCES;
                return new Measured(number(size.group(1)), unit, topic());
            });
        }

        private Optional<Intent> literary() {
            if (has(Cues.HAIKU)) {
                return Optional.of(new Haiku(topic()));
            }
            if (has(Cues.STORY) || has(Cues.MORE)) {
                return Optional.of(new Tell(topic()));
            }
            return has(Cues.POEM) ? Optional.of(new Poem(topic())) : Optional.empty();
        }

        private Optional<Intent> greeted() {
            return find(Cues.GREETING).map(found -> found.group(1).toLowerCase(Locale.ROOT))
                    .map(greeting -> new Greet(English.capitalised(greeting) + "!"));
        }

        private Optional<Intent> foreign() {
            return Language.of(prompt).map(Foreign::new);
        }

        private Matter matter() {
            return Stream.of(Matter.values()).filter(matter -> has(matter.cue)).findFirst().orElseThrow();
        }

        private Topic topic() {
            return find(Cues.ABOUT).or(() -> find(Cues.OF)).map(about -> {
                var words = about.group(1);
                var end = Cues.ABOUT_END.matcher(words);
                return Topic.of(end.find() ? words.substring(0, end.start()) : words);
            }).orElseGet(Topic.Open::new);
        }

        private boolean has(Pattern cue) {
            return cue.matcher(prompt).find();
        }

        private Optional<Matcher> find(Pattern cue) {
            return Optional.of(cue.matcher(prompt)).filter(Matcher::find);
        }

        private static int number(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "a", "an" -> 1;
                case "twelve" -> 12;
                case "twenty" -> 20;
                case "fifty" -> 50;
                case "a hundred" -> 100;
                case String name when NUMBERS.contains(name) -> NUMBERS.indexOf(name);
                case String digits -> Integer.parseInt(digits);
            };
        }
    }
}
