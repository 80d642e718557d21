package dev.runnel.demo.speech;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The topic of a reply. */
sealed interface Topic {

    /** The prompt names no topic. */
    record Open() implements Topic {}

    /**
     * Someone who can be the hero of a story.
     *
     * @param role what they are, without article: "lighthouse keeper"; empty when only the name is known
     * @param name empty when only the role is known
     * @param where where they are, with its preposition: "in the snow"; empty when the prompt does not say
     */
    record Hero(String role, String name, String where) implements Topic {}

    /** Anything else: "the moon", "two brothers", "a robot who learns to paint". */
    record Thing(String phrase) implements Topic {}

    /** The topic in a sentence, as an object: "a dog called Rex". Empty for an open topic. */
    default String phrase() {
        return switch (this) {
            case Open() -> "";
            case Thing(var phrase) -> phrase;
            case Hero(var role, var name, var where) -> {
                var who = role.isEmpty() ? name
                        : English.withArticle(role) + (name.isEmpty() ? "" : " called " + name);
                yield where.isEmpty() ? who : who + " " + where;
            }
        };
    }

    /** Reads the words after "about" in a prompt. Words that do not fit safely into a sentence give an open topic. */
    static Topic of(String words) {
        return Reader.read(words);
    }

    /** Turns the words of a prompt into a topic. */
    final class Reader {

        private static final int LONGEST = 64;
        private static final Pattern SPACES = Pattern.compile("\\s+");
        private static final Pattern QUOTES_AROUND = Pattern.compile("^[\"'“‘(]+|[\"'”’)!?.,;:]+$");
        private static final Pattern UNFIT = Pattern
                .compile("(?i).*(?:[^\\p{L}\\p{M}\\p{N} ,.'&-]|\\b(?:i|me|we|us|him|it|them)\\b).*");
        private static final Pattern NAMED = Pattern.compile(
                "(?i)(?:(?:an?|the|one|my|our|your) )?(.+?),? (?:called|named|whose name (?:is|was)|by the name of) "
                        + "([\\p{L}'-]+)\\b.*");
        private static final Pattern NAME_THE_ROLE = Pattern.compile("(\\p{Lu}[\\p{L}'-]+),? the (.+)");
        private static final Pattern ROLE_NAME = Pattern
                .compile("(?:(?:an?|the|my|our) )?([\\p{Ll} -]+?),? (\\p{Lu}[\\p{L}'-]+)");
        private static final Pattern PLACED = Pattern.compile(
                "(.+?) ((?:in|on|at|under|near|inside|behind|beneath|beside) .+)");
        private static final Pattern ARTICLE = Pattern.compile("(?i)(?:an?|the|one|some) (.+)");
        private static final Pattern OWNED = Pattern
                .compile("(?i)(?:my|our|your|his|her|their|this|these|that|those) (.+)");
        private static final Pattern OWNER_INSIDE = Pattern.compile("(?i)\\b(?:my|our|your)\\b");
        private static final Pattern TWO_OR_CLAUSE = Pattern.compile(
                "(?i).*(?:,|\\b(?:and|or|who|that|which|whose|with|without|of|from|to|for|vs|versus|\\w{3,}ing)\\b).*");
        private static final Pattern CUT = Pattern
                .compile("(?i)[,.]? (?:and|but|because|when|while|so that)\\b.*|[,.] .*");

        private static final Set<String> BEINGS = Set.copyOf(Phrases.WORDS.words("beings"));
        private static final Set<String> THINGS = Set.copyOf(Phrases.WORDS.words("things"));
        private static final Map<String, String> FAMILY = Phrases.WORDS.words("family").stream()
                .map(pair -> List.of(pair.substring(0, pair.indexOf(" = ")), pair.substring(pair.indexOf(" = ") + 3)))
                .collect(Collectors.toUnmodifiableMap(List::getFirst, List::getLast));
        private static final Set<String> SOMEBODY = Set.of("someone", "somebody");
        private static final Pattern TRADE = Pattern
                .compile("\\p{Ll}{3,}(?:er|or|ist|ian|man|woman|smith|herd|wright|monger)");

        private Reader() {}

        static Topic read(String words) {
            var text = QUOTES_AROUND.matcher(SPACES.matcher(words).replaceAll(" ").strip()).replaceAll("").strip();
            if (text.length() > LONGEST) {
                text = CUT.matcher(text).replaceFirst("");
            }
            if (text.isEmpty() || text.length() > LONGEST) {
                return new Open();
            }
            if (text.matches("(?i)you|yourself|an? (?:large |small )?language model")) {
                return new Hero("very small language model", "", "");
            }
            var read = text.replace('’', '\'');
            if (UNFIT.matcher(read).matches()) {
                return new Open();
            }
            return hero(read).<Topic>map(hero -> hero).orElseGet(() -> new Thing(thing(read)));
        }

        private static Optional<Hero> hero(String text) {
            var named = NAMED.matcher(text);
            if (named.matches() && (SOMEBODY.contains(named.group(1)) || role(named.group(1)).isPresent())) {
                return Optional.of(new Hero(role(named.group(1)).orElse(""), English.capitalised(named.group(2)), ""));
            }
            var nameTheRole = NAME_THE_ROLE.matcher(text);
            if (nameTheRole.matches() && role(nameTheRole.group(2)).isPresent()) {
                return role(nameTheRole.group(2)).map(role -> new Hero(role, nameTheRole.group(1), ""));
            }
            var roleName = ROLE_NAME.matcher(text);
            if (roleName.matches() && role(roleName.group(1)).isPresent()) {
                return role(roleName.group(1)).map(role -> new Hero(role, roleName.group(2), ""));
            }
            if (isFirstName(text)) {
                return Optional.of(new Hero("", text, ""));
            }
            var placed = PLACED.matcher(text);
            return placed.matches()
                    ? role(placed.group(1)).map(role -> new Hero(role, "", placed.group(2)))
                    : role(text).map(role -> new Hero(role, "", ""));
        }

        /** Whether this is a first name that the storyteller knows. */
        private static boolean isFirstName(String word) {
            return Stream.of("names.she", "names.he", "known.she", "known.he")
                    .anyMatch(list -> Phrases.WORDS.words(list).contains(word));
        }

        /** The words without their article, if they mean one single being. */
        private static Optional<String> role(String words) {
            if (TWO_OR_CLAUSE.matcher(words).matches()) {
                return Optional.empty();
            }
            var article = ARTICLE.matcher(words);
            var owned = OWNED.matcher(words);
            var bare = article.matches() ? article.group(1) : owned.matches() ? owned.group(1) : words;
            var split = bare.lastIndexOf(' ') + 1;
            var head = bare.substring(split).toLowerCase(Locale.ROOT);
            var family = FAMILY.get(head);
            if (family != null) {
                return Optional.of(bare.substring(0, split) + family);
            }
            var being = BEINGS.contains(head) || (TRADE.matcher(head).matches() && !THINGS.contains(head));
            return being ? Optional.of(bare.substring(0, split) + head) : Optional.empty();
        }

        private static String thing(String text) {
            var owned = OWNED.matcher(text);
            if (!owned.matches()) {
                return OWNER_INSIDE.matcher(text).replaceAll("somebody's");
            }
            var bare = OWNER_INSIDE.matcher(owned.group(1)).replaceAll("somebody's");
            return English.plural(bare) ? bare : English.withArticle(bare);
        }
    }
}
