package dev.runnel.demo.speech;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the built-in demo model's replies: a small story, a verse, or an honest line.
 *
 * <p>Everything is made up from the prompt alone. The same {@link Ask} gives the same reply, on every machine; there is
 * no model, no network and no clock behind it. Stateless, safe for any number of threads.
 */
public final class Storyteller {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]{3,30}");
    private static final Pattern ROLE = Pattern.compile(
            "(?i)\\b(?:you are|you're|act as|"
                    + "(?:speak|talk|write|answer|sound) (?:like|as)|style of)(?: [\\p{L}-]+){1,4}");
    private static final Set<String> COMMON_WORDS = Set.copyOf(Phrases.TALK.words("common"));

    private Storyteller() {}

    /**
     * A prompt and its circumstances, to which the storyteller replies.
     *
     * @param prompt the user's last message; only the beginning of a very long one is read
     * @param instructions the system text; a role that it names may add a line to a story
     * @param json whether the reply must be a JSON object
     * @param turn how many replies came before, so that asking again brings another story
     */
    public record Ask(String prompt, String instructions, boolean json, long turn) {

        public Ask {
            prompt = Intent.readable(prompt);
        }

        /** The first message of a conversation without instructions. */
        public static Ask of(String prompt) {
            return new Ask(prompt, "", false, 0);
        }
    }

    /**
     * The reply as a whole; never empty. In JSON it is an object with the member {@code story} and, where fitting,
     * {@code title}.
     */
    public static String reply(Ask ask) {
        var intent = Intent.of(ask.prompt());
        var dice = new Dice(ask.prompt(), ask.turn());
        var story = answer(intent, ask, dice);
        if (ask.json()) {
            return json(story);
        }
        return intent instanceof Intent.Tell
                ? voice(ask.instructions(), dice).map(signOff -> story.text() + "\n\n" + signOff).orElse(story.text())
                : story.text();
    }

    /** The reply in tokens; put together they are {@link #reply}. */
    public static List<String> tokens(Ask ask) {
        return TokenCutter.split(reply(ask));
    }

    private static Story answer(Intent intent, Ask ask, Dice dice) {
        return switch (intent) {
            case Intent.Tell(var topic) -> Story.about(topic, ask.prompt(), ask.turn());
            case Intent.Measured measured -> Journey.of(measured, dice)
                    .map(text -> new Story("The Runnel", text))
                    .orElseGet(() -> Story.about(measured.topic(), ask.prompt(), ask.turn()));
            case Intent.Haiku(var topic) -> new Story("Haiku", Verse.haiku(topic, dice));
            case Intent.Poem(var topic) -> new Story("Poem", Verse.poem(topic, dice));
            case Intent.Say(var text, var times) -> untitled(String.join(" ", Collections.nCopies(times, text)));
            case Intent.Count(var to) -> untitled(IntStream.rangeClosed(1, to).mapToObj(Integer::toString)
                    .collect(Collectors.joining(", ", "", ".")));
            case Intent.Greet(var greeting) -> untitled(line("greeting", Scope.EMPTY.with("greeting", greeting), dice));
            case Intent.Foreign(var language) -> withTale("foreign." + language, ask, dice);
            case Intent.Talk talk -> switch (talk.matter()) {
                case QUESTION, SUM, CODE, OTHER -> withTale(talk.matter().section(), ask, dice);
                case THANKS, FAREWELL, SELF, PING, JOKE -> untitled(line(talk.matter().section(), Scope.EMPTY, dice));
            };
        };
    }

    private static Story untitled(String text) {
        return new Story("", text);
    }

    private static String line(String section, Scope scope, Dice dice) {
        var attach = Phrases.TALK.template("attach").render(Scope.EMPTY, dice).strip();
        return Phrases.TALK.template(section).render(scope.with("attach", attach), dice).strip();
    }

    private static Story withTale(String section, Ask ask, Dice dice) {
        var bridge = Phrases.TALK.template("bridge").render(Scope.EMPTY, dice).strip();
        var line = line(section, Scope.EMPTY.with("bridge", bridge), dice);
        var tale = Phrases.TALK.template("tale").render(Scope.EMPTY.with("word", tellingWord(ask.prompt())), dice);
        return untitled(line + "\n\n" + tale);
    }

    /** The prompt's best word for a tale: a name rather than a long word, a long word rather than a short one. */
    private static String tellingWord(String prompt) {
        return WORD.matcher(prompt).results()
                .filter(word -> !COMMON_WORDS.contains(word.group().toLowerCase(Locale.ROOT)))
                .max(Comparator
                        .<MatchResult>comparingInt(
                                word -> word.start() > 0 && Character.isUpperCase(word.group().charAt(0)) ? 1 : 0)
                        .thenComparingInt(word -> word.group().length()))
                .map(MatchResult::group)
                .orElse("perhaps");
    }

    private static Optional<String> voice(String instructions, Dice dice) {
        var role = ROLE.matcher(Intent.readable(instructions));
        if (!role.find()) {
            return Optional.empty();
        }
        var voices = Phrases.TALK.names();
        return WORD.matcher(role.group()).results()
                .map(word -> "voice." + word.group().toLowerCase(Locale.ROOT))
                .filter(voices::contains)
                .findFirst()
                .map(section -> Phrases.TALK.template(section).render(Scope.EMPTY, dice).strip());
    }

    private static String json(Story story) {
        var object = JsonNodeFactory.instance.objectNode();
        if (!story.title().isEmpty()) {
            object.put("title", story.title());
        }
        return object.put("story", story.text()).toString();
    }
}
