package dev.runnel.demo.speech;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what the tools have answered. Stateless, safe for any number of threads. */
public final class ToolAnswer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ENDED = Pattern.compile("[.!?]$");
    private static final int LONGEST = 600;
    private static final int MOST_MEMBERS = 12;

    /** In chars. A longer output is not read as JSON, because its tree may take fifty times its memory. */
    private static final int LONGEST_JSON = 100_000;

    private ToolAnswer() {}

    /** A function's output, JSON or not. */
    public record Outcome(String function, String output) {}

    /**
     * The reply after the tools have run: each outcome in plain words, long ones cut short, and of passages of files the
     * sentence that fits the question best. Empty for no outcomes.
     */
    public static String reply(String question, List<Outcome> outcomes) {
        return outcomes.stream().map(outcome -> told(question, outcome)).collect(Collectors.joining("\n"));
    }

    private static String told(String question, Outcome outcome) {
        if (Quotes.isSearch(outcome.function())) {
            return Quotes.answer(question, outcome.output()).orElse("The files say nothing about it.");
        }
        if (Programs.isInterpreter(outcome.function())) {
            return Programs.answer(outcome.output());
        }
        return "`%s` says: %s".formatted(outcome.function(), plain(outcome.output()));
    }

    private static String plain(String output) {
        var text = output.strip();
        var json = text.length() <= LONGEST_JSON && (text.startsWith("{") || text.startsWith("["));
        var words = json ? inWords(text) : text;
        var shortened = TokenCutter.prefix(words, LONGEST);
        if (shortened.isEmpty()) {
            return "nothing.";
        }
        if (shortened.length() < words.length()) {
            return shortened + "...";
        }
        return ENDED.matcher(shortened).find() ? shortened : shortened + ".";
    }

    private static String inWords(String json) {
        try {
            return members("", JSON.readTree(json)).limit(MOST_MEMBERS).collect(Collectors.joining(", "));
        } catch (JsonProcessingException _) {
            return json;
        }
    }

    private static Stream<String> members(String name, JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> value.properties().stream()
                    .flatMap(member -> members((name + " " + member.getKey().replace('_', ' ')).strip(),
                            member.getValue()));
            case ARRAY -> value.valueStream().flatMap(item -> members(name, item));
            default -> Stream.of((name + " " + value.asText()).strip());
        };
    }
}
