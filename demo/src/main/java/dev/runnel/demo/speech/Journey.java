package dev.runnel.demo.speech;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/** A runnel's way from the hill to the sea, told in an exact number of words or sentences. */
final class Journey {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?]\"?(?= |$)");

    private Journey() {}

    /** The journey in the measured size; empty when its lines do not add up to that size. */
    static Optional<String> of(Intent.Measured measured, Dice dice) {
        var topic = measured.topic().phrase();
        var about = topic.isEmpty() ? "" : ".topic";
        var count = measured.count();
        if (measured.unit() == Intent.Unit.SENTENCES) {
            return count == 1
                    ? Optional.of(dice.pick(lines("single" + about, topic)))
                    : combine(count, about, topic, line -> (int) SENTENCE_END.matcher(line).results().count(), dice);
        }
        var tiny = lines("tiny", topic);
        return count >= 1 && count <= tiny.size()
                ? Optional.of(tiny.get(count - 1))
                : combine(count, about, topic, line -> (int) SPACE.splitAsStream(line).count(), dice);
    }

    private static Optional<String> combine(int size, String about, String topic, ToIntFunction<String> measure,
            Dice dice) {
        var steps = lines("step", topic);
        var ways = ways(steps, size, measure);
        var frames = new ArrayList<List<String>>();
        for (var start : lines("start" + about, topic)) {
            for (var end : lines("end" + about, topic)) {
                var rest = size - measure.applyAsInt(start) - measure.applyAsInt(end);
                if (rest >= 0 && ways[0][rest]) {
                    frames.add(List.of(start, end));
                }
            }
        }
        if (frames.isEmpty()) {
            return Optional.empty();
        }
        var frame = dice.pick(frames);
        var told = new ArrayList<String>();
        told.add(frame.getFirst());
        var rest = size - frame.stream().mapToInt(measure).sum();
        var ahead = steps.stream().mapToInt(measure).sum();
        for (var i = 0; i < steps.size(); i++) {
            var length = measure.applyAsInt(steps.get(i));
            var canTake = rest >= length && ways[i + 1][rest - length];
            // Steps are taken in proportion to the size that is left, so that even a short journey reaches from morning
            // to evening.
            if (canTake && (!ways[i + 1][rest] || dice.fraction() * ahead < rest)) {
                told.add(steps.get(i));
                rest -= length;
            }
            ahead -= length;
        }
        told.add(frame.getLast());
        return Optional.of(String.join(" ", told));
    }

    /** {@code ways[i][n]}: whether some of the steps from the i-th on have size n in all. */
    private static boolean[][] ways(List<String> steps, int size, ToIntFunction<String> measure) {
        var ways = new boolean[steps.size() + 1][size + 1];
        ways[steps.size()][0] = true;
        for (var i = steps.size() - 1; i >= 0; i--) {
            var length = measure.applyAsInt(steps.get(i));
            for (var n = 0; n <= size; n++) {
                ways[i][n] = ways[i + 1][n] || (n >= length && ways[i + 1][n - length]);
            }
        }
        return ways;
    }

    private static List<String> lines(String part, String topic) {
        return Phrases.VERSE.words("journey." + part).stream().map(line -> line.replace("{topic}", topic)).toList();
    }
}
