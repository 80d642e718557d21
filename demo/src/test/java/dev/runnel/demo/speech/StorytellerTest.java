package dev.runnel.demo.speech;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runnel.demo.speech.Storyteller.Ask;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StorytellerTest {

    private static final List<String> TOPICS = List.of("a lighthouse keeper", "a dog called Rex", "my laptop",
            "the moon",
            "an owl", "two brothers", "a robot who learns to paint", "dragons", "love", "Anna", "a unicorn",
            "my cat Minka", "an honest thief", "time travel", "a fox in the snow", "an old umbrella");

    /** The wrong article, by the letter; words that sound otherwise than they look are let through. */
    private static final Pattern WRONG_ARTICLE = Pattern.compile(
            "\\b[Aa] (?!one\\b|once\\b|uni|use|eu)[aeiou]|\\b[Aa]n (?!hour|honest)[^aeiouAEIOU]");
    private static final Pattern SMALL_START = Pattern.compile("(?<!\\.\\.)[.!?] [a-z]|\\.\" [a-z]");
    private static final Pattern DOUBLED_WORD = Pattern.compile("(?i)\\b(\\p{L}+) \\1\\b");

    @Test
    void thePlainestRequestGetsTheRunnelsOwnStory() {
        assertThat(say("Tell me a short story.")).contains("runnel", "moves a stone");
    }

    @Test
    void sameAskSameReply() {
        for (var prompt : prompts()) {
            assertThat(say(prompt)).isEqualTo(say(prompt));
        }
    }

    @Test
    void differentPromptsGetDifferentStories() {
        var stories = prompts().stream().map(StorytellerTest::say).toList();

        assertThat(stories).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void askingAgainBringsAnotherPlot() {
        var titles = IntStream.range(0, 20).mapToObj(turn -> Story.about(new Topic.Open(), "Another one", turn))
                .map(Story::title).toList();

        assertThat(titles).doesNotHaveDuplicates();
    }

    @Test
    void storiesAreWellMade() {
        for (var prompt : prompts()) {
            assertThat(faults(say(prompt))).as(prompt).isEmpty();
        }
    }

    @Test
    void everyPlotIsWellMadeInEveryThrow() {
        var topics = Stream.concat(Stream.of(new Topic.Open()), TOPICS.stream().map(Topic::of)).toList();
        var titles = new HashSet<String>();
        for (var turn = 0; turn < 300; turn++) {
            for (var topic : topics) {
                var story = Story.about(topic, "again", turn);
                assertThat(faults(story.text())).as(story.toString()).isEmpty();
                titles.add(story.title());
            }
        }
        assertThat(titles).hasSizeGreaterThan(25).noneMatch(title -> title.contains("{"));
    }

    @Test
    void aPlaceWithARelativeClauseIsClosedByAComma() {
        var plots = Stream.of(Phrases.HERO_PLOTS, Phrases.TOPIC_PLOTS)
                .flatMap(file -> file.sections().values().stream()).flatMap(List::stream);

        assertThat(plots).noneMatch(paragraph -> Pattern.compile("\\{[Ww]here}(?![.,])").matcher(paragraph).find());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"a lighthouse keeper; lighthouse keeper; ", "a dog called Rex; dog; Rex",
        "my laptop; a laptop; ", "the moon; the moon; ", "my cat Minka; cat; Minka", "Rex the dog; dog; Rex",
        "Anna; Anna; ", "two brothers; two brothers; ",
        "a robot who learns to paint; a robot who learns to paint; "})
    void theTopicIsWovenIn(String topic, String woven, @Nullable String alsoWoven) {
        for (var turn = 0; turn < 26; turn++) {
            var reply = Storyteller.reply(new Ask("Tell me a story about " + topic + ", please.", "", false, turn));
            assertThat(reply).contains(woven, alsoWoven == null ? "" : alsoWoven);
        }
    }

    @Test
    void onlyBeingsBecomeHeroes() {
        assertThat(Topic.of("someone called Bo")).isEqualTo(new Topic.Hero("", "Bo", ""));
        assertThat(Topic.of("a fox in the snow")).isEqualTo(new Topic.Hero("fox", "", "in the snow"));
        assertThat(Topic.of("my daughter Mia")).isEqualTo(new Topic.Hero("girl", "Mia", ""));
        assertThat(Topic.of("a village called Luss")).isEqualTo(new Topic.Thing("a village called Luss"));
        assertThat(Topic.of("a computer")).isEqualTo(new Topic.Thing("a computer"));
        assertThat(Topic.of("a cat that ate my homework"))
                .isEqualTo(new Topic.Thing("a cat that ate somebody's homework"));
    }

    @Test
    void pronounsFollowTheName() {
        assertThat(Cast.of(Topic.of("a dog called Rex"), new Dice("", 0)).fill("he")).isEqualTo("he");
        assertThat(Cast.of(Topic.of("a dog called Luna"), new Dice("", 0)).fill("he")).isEqualTo("she");
        assertThat(Cast.of(Topic.of("a queen"), new Dice("", 0)).fill("His")).isEqualTo("Her");
    }

    @Test
    void theHeroAndTheFriendAreToldApart() {
        for (var number = 0; number < 200; number++) {
            var cast = Cast.of(new Topic.Open(), new Dice("", number));
            assertThat(cast.fill("he")).isNotEqualTo(cast.fill("fhe"));
            assertThat(cast.fill("name")).isNotEqualTo(cast.fill("friend"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tell me a story about <script>alert(1)</script>", "a story about {name} [a|b]",
        "a story about \"quotes\" \"and more", "a story about how I met my wife", "a story about 😀",
        "Tell me a story about", "a story about a thing so long and so winding that nobody "
                + "could weave it into a single line without losing the thread of it on the way"})
    void awkwardTopicsDoNotBreakTheStory(String prompt) {
        assertThat(faults(say(prompt))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Hello; Hello!", "hi there!; Hi!", "Good morning; Good morning!",
        "Hola; Hola!"})
    void aGreetingIsReturned(String prompt, String greeting) {
        assertThat(say(prompt)).startsWith(greeting).contains("demo model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"What is the capital of France?", "What is 2+2?", "Write a python function that sorts",
        "the weather is nice", "who are you?", "test", "", "???", "短い話をして", "Erzähl mir bitte eine Geschichte"})
    void otherPromptsGetAnHonestLineAndTheWayToARealModel(String prompt) {
        assertThat(say(prompt)).contains("`--model-url URL`", "OPENAI_API_KEY").doesNotContain("{", "[", "|");
        assertThat(say(prompt).indexOf("OPENAI_API_KEY")).isLessThan(300);
    }

    @Test
    void aQuestionGetsATaleAroundItsWord() {
        assertThat(say("What is the capital of France?")).contains("\"France\"");
    }

    @Test
    void otherLanguagesAreNoticed() {
        assertThat(say("Wie ist das Wetter heute?")).startsWith("Ich bin nur");
        assertThat(say("Quelle est la capitale de la France ?")).startsWith("Je ne suis que");
        assertThat(say("Can you tell me what the time is?")).doesNotStartWith("Ich");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', value = {"say hello world; hello world",
        "Please repeat after me: \"Hi, you.\"; Hi, you.",
        "echo ok; ok", "Say this is a test; this is a test", "say ha 3 times; ha ha ha", "Reply with the word OK; OK",
        "count to 5; 1, 2, 3, 4, 5.", "say \"\"; \"\""})
    void repeatsAndCounts(String prompt, String reply) {
        assertThat(say(prompt)).isEqualTo(reply);
    }

    @Test
    void countsWordsExactly() {
        for (var words = 1; words <= 150; words++) {
            assertThat(say("Tell me a story in exactly " + words + " words.").split("\\s+")).hasSize(words);
        }
        assertThat(say("Tell me a story about a cat in 60 words").split("\\s+")).hasSize(60);
        assertThat(say("Tell me a story about a cat in 60 words")).contains("a cat");
    }

    @Test
    void countsSentencesExactly() {
        for (var sentences = 1; sentences <= 12; sentences++) {
            var reply = say("Write a story of " + sentences + " sentences.");
            assertThat(Pattern.compile("[.!?]\"?(?: |$)").matcher(reply).results()).as(reply).hasSize(sentences);
        }
    }

    @Test
    void aLengthOutOfReachGetsAnOrdinaryStory() {
        assertThat(faults(say("Tell me a story in 5000 words"))).isEmpty();
        assertThat(faults(say("Tell me a story in 0 words"))).isEmpty();
    }

    @Test
    void haikuHaveThreeLines() {
        assertThat(say("Write a haiku").lines()).hasSize(3);
        assertThat(say("Write a haiku about my laptop").lines().findFirst().orElseThrow())
                .containsIgnoringCase("laptop");
    }

    @Test
    void haikuLinesHaveFiveSevenFive() {
        assertThat(Phrases.VERSE.words("haiku.first")).allMatch(line -> syllables(line) == 5);
        assertThat(Phrases.VERSE.words("haiku.second")).allMatch(line -> syllables(line) == 7);
        assertThat(Phrases.VERSE.words("haiku.third")).allMatch(line -> syllables(line) == 5);
        for (var count = 1; count <= 4; count++) {
            var word = List.of("moon", "river", "umbrella", "caterpillar").get(count - 1);
            assertThat(Phrases.VERSE.words("haiku.topic." + count))
                    .allMatch(line -> syllables(line.replace("{topic}", word)) == 5);
        }
    }

    @Test
    void poemsAreCouplets() {
        for (var prompt : List.of("Write a poem", "a poem about the sea", "Write me a short poem about my dog")) {
            assertThat(say(prompt).lines().count()).isIn(6L, 8L);
        }
        assertThat(say("Write a poem about the sea")).contains("the sea");
    }

    @Test
    void jsonIsAnObjectWithTheStory() throws Exception {
        for (var prompt : List.of("Tell me a story", "Hello", "What is \"this\"?", "haiku", "say \"x\"\n\\")) {
            var reply = new ObjectMapper().readTree(Storyteller.reply(new Ask(prompt, "", true, 0)));
            assertThat(reply.isObject()).isTrue();
            assertThat(reply.path("story").asText()).isNotBlank();
        }
    }

    @Test
    void instructionsGetALightTouchOnly() {
        var plain = say("Tell me a story");
        var pirate = Storyteller.reply(new Ask("Tell me a story", "You are a pirate.", false, 0));

        assertThat(pirate).startsWith(plain).containsIgnoringCase("arr");
        assertThat(pirate.length()).isLessThan(plain.length() + 60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "You are a helpful assistant.", "You sell pirate flags.", "You are a robotics expert."})
    void mostInstructionsLeaveTheStoryAsItIs(String instructions) {
        assertThat(Storyteller.reply(new Ask("Tell me a story", instructions, false, 0)))
                .isEqualTo(say("Tell me a story"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"another", "Another one please!", "one more story, please", "go on", "Tell me another"})
    void moreIsAnotherStory(String prompt) {
        assertThat(faults(say(prompt))).isEmpty();
    }

    @Test
    void whoTheStoryIsForIsNotWhatItIsAbout() {
        assertThat(Intent.of("Tell me a bedtime story for my 5-year-old about a snail"))
                .isEqualTo(new Intent.Tell(new Topic.Hero("snail", "", "")));
        assertThat(Intent.of("Tell me a story about a snail for my little daughter, please"))
                .isEqualTo(new Intent.Tell(new Topic.Hero("snail", "", "")));
        assertThat(Intent.of("a bedtime story for my son")).isEqualTo(new Intent.Tell(new Topic.Open()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"please ", "hi ", "again ", "? ", "; ", "tell me ", "\"", "about ", "1+", "a\u0301",
        "say "})
    void hugePromptsAreAnsweredAtOnce(String unit) {
        assertThat(say(unit.repeat(20_000))).isNotBlank();
        assertThat(say("a story about " + unit.repeat(20_000))).isNotBlank();
    }

    @Test
    void tokensPutTogetherAreTheReply() {
        for (var prompt : prompts()) {
            assertThat(String.join("", Storyteller.tokens(Ask.of(prompt)))).isEqualTo(say(prompt));
        }
    }

    private static String say(String prompt) {
        return Storyteller.reply(Ask.of(prompt));
    }

    private static List<String> prompts() {
        var prompts = new ArrayList<String>();
        for (var i = 0; prompts.size() < 200; i++) {
            var times = i / TOPICS.size();
            prompts.add(i % 2 == 0 ? "Tell me story number " + i
                    : "Write a story about " + TOPICS.get(i % TOPICS.size()) + "!".repeat(times + 1));
        }
        return prompts;
    }

    /** The faults of a story, as far as rules can tell. */
    private static List<String> faults(String story) {
        var faults = new ArrayList<String>();
        var words = story.split("\\s+").length;
        if (words < 80 || words > 260) {
            faults.add(words + " words");
        }
        Stream.of(WRONG_ARTICLE, SMALL_START, DOUBLED_WORD, Pattern.compile("  | \n|[{}\\[\\]|]| [,.;:!?]"))
                .flatMap(fault -> fault.matcher(story).results()).map(MatchResult::group).forEach(faults::add);
        for (var paragraph : story.split("\n\n", -1)) {
            if (paragraph.chars().filter(c -> c == '"').count() % 2 != 0) {
                faults.add("unbalanced quotes: " + paragraph);
            }
            if (!paragraph.matches("(?s)\"?[\\p{Lu}\\d].*[.!?]\"?")) {
                faults.add("ragged: " + paragraph);
            }
        }
        return faults;
    }

    private static int syllables(String line) {
        return Pattern.compile("\\p{L}+").matcher(line).results().mapToInt(word -> English.syllables(word.group()))
                .sum();
    }
}
