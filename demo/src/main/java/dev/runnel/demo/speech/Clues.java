package dev.runnel.demo.speech;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The values in a prompt that can fill arguments. Words and numbers are handed out once, so that two arguments do not
 * get the same one while there are others. Not thread-safe.
 */
final class Clues {

    private static final String PROPER = "\\p{Lu}[\\p{L}\\p{M}'-]*(?: \\p{Lu}[\\p{L}\\p{M}'-]*)*";
    private static final String PLAIN = "[\\p{Ll}\\p{M}'-]+(?: [\\p{Ll}\\p{M}'-]+){0,2}";
    private static final Pattern QUOTED = Pattern
            .compile("\"([^\"]+)\"|“([^”]+)”|(?<!\\p{L})'([^']+)'(?!\\p{L})|`([^`]+)`");
    private static final Pattern PROPER_AFTER = Pattern
            .compile("\\b(?:in|for|at|to|about|from|near|of|with|named|called) (" + PROPER + ")");
    private static final Pattern PROPER_INSIDE = Pattern.compile("(?<=[\\p{L}\\p{N},;:] )(?!I\\b)(" + PROPER + ")");
    private static final Pattern PLAIN_AFTER = Pattern
            .compile("\\b(?:in|for|at|to|about|from|near|of) (?:the |an? |my )?(" + PLAIN + ")");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]{3,}");
    private static final Pattern NUMBER = Pattern
            .compile("(?<![\\p{L}\\p{N}.])(?:(?<!\\S)-)?\\d{1,15}(?:\\.\\d{1,9})?(?![\\p{L}\\p{N}]|\\.\\d)");
    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+");
    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]*[^\\s\"'<>.,;!?)]");
    private static final Pattern DATE = Pattern.compile("\\b\\d{4}-\\d{2}-\\d{2}\\b");
    private static final Pattern NEGATION = Pattern
            .compile("(?i)\\b(?:no|not|never|without|don't|do not|off|disable|false)\\b");
    private static final Pattern WHOLE = Pattern
            .compile("(?i).*(?:query|question|text|prompt|message|input|content|body|search).*");
    private static final Pattern ORIGIN = Pattern.compile("(?i)from|.*(?:from_|origin|source|departure|start).*");
    private static final Pattern TARGET = Pattern.compile("(?i)to|.*(?:to_|dest|target|recipient|arrival).*");
    private static final Pattern FORMULA = Pattern.compile("(?i).*(?:expression|formula|equation|calculation).*");
    private static final Pattern ARITHMETIC = Pattern.compile("[\\d(][\\d\\s.+*/()^%-]*[\\d)]");
    private static final Set<String> COMMON_WORDS = Set.copyOf(Phrases.TALK.words("common"));

    private final String prompt;
    private final List<String> strong = new ArrayList<>();
    private final List<String> weak = new ArrayList<>();
    private final List<BigDecimal> numbers;

    Clues(String prompt) {
        this.prompt = prompt.strip();
        strong.addAll(found(QUOTED));
        strong.addAll(found(PROPER_AFTER));
        strong.addAll(found(PROPER_INSIDE));
        found(PLAIN_AFTER).stream().map(Clues::withoutCommonWords).filter(words -> !words.isEmpty()).forEach(weak::add);
        WORD.matcher(prompt).results()
                .map(MatchResult::group)
                .filter(word -> !COMMON_WORDS.contains(word.toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .forEach(weak::add);
        numbers = new ArrayList<>(
                NUMBER.matcher(prompt).results().map(MatchResult::group).map(BigDecimal::new).toList());
    }

    /** Something in the prompt that stands out as a value for a property of this name. */
    Optional<String> striking(String property) {
        if (ORIGIN.matcher(property).matches()) {
            return take(found(after("from")), strong);
        }
        if (TARGET.matcher(property).matches()) {
            return take(found(after("to|for")), strong);
        }
        if (FORMULA.matcher(property).matches()) {
            return found(ARITHMETIC).stream().findFirst();
        }
        return take(strong, strong);
    }

    /**
     * Some words for a property of this name; the whole prompt if no others are left. Empty only for an empty prompt.
     */
    Optional<String> any(String property) {
        var whole = Optional.of(prompt).filter(text -> !text.isEmpty());
        return WHOLE.matcher(property).matches() ? whole : take(weak, weak).or(() -> whole);
    }

    Optional<BigDecimal> number() {
        return numbers.isEmpty() ? Optional.empty() : Optional.of(numbers.removeFirst());
    }

    Optional<String> email() {
        return found(EMAIL).stream().findFirst();
    }

    Optional<String> link() {
        return found(LINK).stream().findFirst();
    }

    Optional<String> date() {
        return found(DATE).stream().findFirst();
    }

    boolean affirms() {
        return !NEGATION.matcher(prompt).find();
    }

    boolean mentions(String value) {
        var words = value.replace('_', ' ').strip();
        return !words.isEmpty()
                && Pattern.compile("(?iu)(?<![\\p{L}\\p{N}])" + Pattern.quote(words).replace(" ", "\\E[ _-]\\Q")
                        + "(?![\\p{L}\\p{N}])").matcher(prompt).find();
    }

    private static Pattern after(String prepositions) {
        return Pattern.compile("\\b(?:" + prepositions + ") (" + PROPER + ")");
    }

    /** Takes the first candidate. Removes it, and all words that contain it or are contained in it, from the rest. */
    private static Optional<String> take(List<String> candidates, List<String> rest) {
        var first = candidates.stream().findFirst();
        first.ifPresent(taken -> rest.removeIf(other -> other.contains(taken) || taken.contains(other)));
        return first;
    }

    private List<String> found(Pattern pattern) {
        return pattern.matcher(prompt).results().map(Clues::innermost).distinct().toList();
    }

    private static String innermost(MatchResult match) {
        for (var group = 1; group <= match.groupCount(); group++) {
            if (match.group(group) != null) {
                return match.group(group);
            }
        }
        return match.group();
    }

    private static String withoutCommonWords(String words) {
        var kept = new ArrayList<String>();
        for (var word : words.split(" ", -1)) {
            if (COMMON_WORDS.contains(word) || word.matches("in|at|on|to|of|or|is|it|today|tomorrow|now")) {
                break;
            }
            kept.add(word);
        }
        return String.join(" ", kept);
    }
}
