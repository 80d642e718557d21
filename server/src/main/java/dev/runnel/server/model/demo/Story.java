package dev.runnel.server.model.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A finished story of several paragraphs. */
record Story(String title, String text) {

    /**
     * Turns the dice toward the runnel's own story for the plainest request, "Tell me a short story."; found by
     * trying, and free to change when the plots do.
     */
    private static final long SALT = 1;

    /**
     * From turn to turn to another plot, and through all of them before one comes again: prime to how many there are.
     */
    private static final long STRIDE = 7;

    private static final List<Plot> PLOTS = Phrases.STORIES.names().stream().map(Plot::read).toList();

    /** A story skeleton. {@code choices} are thrown once per story, in order, so that a motif comes back the same. */
    private record Plot(boolean needsHero, Template title, Map<String, Template> choices, List<Template> paragraphs) {

        private static Plot read(String section) {
            var entries = Phrases.STORIES.entries(section);
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
            return new Plot(section.startsWith("plot hero "), title, choices, paragraphs);
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
            case Topic.Hero _ -> PLOTS.stream().filter(Plot::needsHero).toList();
            case Topic.Thing _ -> PLOTS.stream().filter(plot -> !plot.needsHero()).toList();
        };
        var first = new Dice(prompt, SALT).below(fitting.size());
        var plot = fitting.get((int) Math.floorMod(first + STRIDE * turn, (long) fitting.size()));
        return plot.tell(topic, new Dice(prompt, SALT + turn));
    }
}
