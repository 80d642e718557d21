package dev.runnel.demo.speech;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A finished story of several paragraphs. */
record Story(String title, String text) {

    /**
     * Makes the dice pick the runnel's own story for the plainest request, "Tell me a short story." The value was found
     * by trying, and may change when the plots do.
     */
    private static final long SALT = 1;

    /**
     * How many plots a turn moves on. It is prime to the number of plots, so that all are told before one comes again.
     */
    private static final long STRIDE = 7;

    private static final List<Plot> HERO_PLOTS = Plot.all(Phrases.HERO_PLOTS);
    private static final List<Plot> TOPIC_PLOTS = Plot.all(Phrases.TOPIC_PLOTS);
    private static final List<Plot> PLOTS = Stream.concat(HERO_PLOTS.stream(), TOPIC_PLOTS.stream()).toList();

    /** A story skeleton. Its {@code choices} are made once per story, in order, so that a motif stays the same. */
    private record Plot(Template title, Map<String, Template> choices, List<Template> paragraphs) {

        private static List<Plot> all(Phrases phrases) {
            return phrases.sections().values().stream().map(Plot::read).toList();
        }

        private static Plot read(List<String> entries) {
            var choices = new LinkedHashMap<String, Template>();
            var title = Template.parse("");
            for (var line : entries.getFirst().lines().toList()) {
                if (line.startsWith("title ")) {
                    title = Template.parse(line.substring("title ".length()));
                } else {
                    var equals = line.indexOf(" = ");
                    choices.put(line.substring("let ".length(), equals), Template.parse(line.substring(equals + 3)));
                }
            }
            var paragraphs = entries.stream().skip(1).map(Phrases::prose).map(Template::parse).toList();
            return new Plot(title, choices, paragraphs);
        }

        private Story tell(Topic topic, Dice dice) {
            var scope = Cast.of(topic, dice);
            for (var choice : choices.entrySet()) {
                scope = scope.with(choice.getKey(), choice.getValue().render(scope, dice).strip());
            }
            var cast = scope;
            return new Story(title.render(cast, dice), paragraphs.stream()
                    .map(paragraph -> paragraph.render(cast, dice).strip())
                    .collect(Collectors.joining("\n\n")));
        }
    }

    static Story about(Topic topic, String prompt, long turn) {
        var fitting = switch (topic) {
            case Topic.Open _ -> PLOTS;
            case Topic.Hero _ -> HERO_PLOTS;
            case Topic.Thing _ -> TOPIC_PLOTS;
        };
        var first = new Dice(prompt, SALT).below(fitting.size());
        var plot = fitting.get((int) Math.floorMod(first + STRIDE * turn, (long) fitting.size()));
        return plot.tell(topic, new Dice(prompt, SALT + turn));
    }
}
