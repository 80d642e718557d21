package dev.runnel.demo.speech;

import java.util.List;

/** Repeatable chance: the same text and number always throw the same sequence, on every JDK. Not thread-safe. */
final class Dice {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    Dice(String text, long number) {
        var hash = 0xCBF29CE484222325L;
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        state = hash ^ mix(number + GOLDEN);
    }

    int below(int bound) {
        return (int) Math.floorMod(next(), (long) bound);
    }

    /** A number from 0 (inclusive) to 1 (exclusive). */
    double fraction() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    <T> T pick(List<T> options) {
        return options.get(below(options.size()));
    }

    private long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** The finishing steps of SplitMix64. */
    private static long mix(long bits) {
        var z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
