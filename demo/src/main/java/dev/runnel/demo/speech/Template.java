package dev.runnel.demo.speech;

import java.util.ArrayList;
import java.util.List;

/**
 * A text with choices and slots. {@code [one|other]} is one of the two, and {@code {name}} is filled from a
 * {@link Scope}. A bar outside of brackets makes the whole text a choice. Immutable.
 */
sealed interface Template {

    record Text(String text) implements Template {}

    record Slot(String name) implements Template {}

    record Choice(List<Template> options) implements Template {}

    record Sequence(List<Template> parts) implements Template {}

    static Template parse(String source) {
        return new Parser(source).choice();
    }

    default String render(Scope scope, Dice dice) {
        return switch (this) {
            case Text(var text) -> text;
            case Slot(var name) -> scope.fill(name);
            case Choice(var options) -> dice.pick(options).render(scope, dice);
            case Sequence(var parts) -> {
                var out = new StringBuilder();
                parts.forEach(part -> out.append(part.render(scope, dice)));
                yield out.toString();
            }
        };
    }

    /** Recursive descent over one source. */
    final class Parser {

        private final String source;
        private int at;

        private Parser(String source) {
            this.source = source;
        }

        private Template choice() {
            var options = new ArrayList<Template>();
            options.add(sequence());
            while (at < source.length() && source.charAt(at) == '|') {
                at++;
                options.add(sequence());
            }
            return options.size() == 1 ? options.getFirst() : new Choice(List.copyOf(options));
        }

        private Template sequence() {
            var parts = new ArrayList<Template>();
            while (at < source.length()) {
                switch (source.charAt(at)) {
                    case '|', ']' -> {
                        return new Sequence(List.copyOf(parts));
                    }
                    case '[' -> {
                        at++;
                        parts.add(choice());
                        at++;
                    }
                    case '{' -> {
                        var end = source.indexOf('}', at);
                        parts.add(new Slot(source.substring(at + 1, end)));
                        at = end + 1;
                    }
                    default -> parts.add(new Text(plain()));
                }
            }
            return new Sequence(List.copyOf(parts));
        }

        private String plain() {
            var start = at;
            while (at < source.length() && "[]{}|".indexOf(source.charAt(at)) < 0) {
                at++;
            }
            return source.substring(start, at);
        }
    }
}
