package dev.runnel.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Random values for a test of a property: something that holds for every input. Values at the edges (the shortest, the longest, the
 * smallest, the largest) come far more often than chance has it. The tries begin with small inputs and end with large ones, so that
 * the first that fails is likely to be small.
 *
 * <p>Each run of a test takes other values. A failure tells the seed of its input; {@code -Drandom.seed=N} repeats that one alone.
 */
public final class RandomInput {
    private static final String SEED = "random.seed";

    private final RandomGenerator random;
    private final double scale;

    private RandomInput(long seed, double scale) {
        this.random = new SplittableRandom(seed);
        this.scale = scale;
    }

    /** Checks a property with many inputs; throws an {@link AssertionError} that tells the seed of the first that fails. */
    public static void forAll(int tries, Consumer<RandomInput> property) {
        Long given = Long.getLong(SEED);
        RandomGenerator seeds = new SplittableRandom();
        for (int i = 0; i < (given == null ? tries : 1); i++) {
            // The size of an input is in its seed, for a seed to be all that one needs to repeat it.
            long percent = Math.min(100, 1 + 200L * i / tries);
            long seed = given == null ? seeds.nextLong(1L << 50) * 100 + percent - 1 : given;
            try {
                property.accept(new RandomInput(seed, (seed % 100 + 1) / 100.0));
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "input %d of %d fails, repeat it with -D%s=%d: %s".formatted(i + 1, tries, SEED, seed, e), e);
            }
        }
    }

    /** A number; both limits are among them. */
    public int between(int smallest, int largest) {
        return switch (random.nextInt(20)) {
            case 0 -> smallest;
            case 1 -> largest;
            default -> random.nextInt(smallest, largest + 1);
        };
    }

    /** True about as often as given, which is between 0 and 1. */
    public boolean chance(double often) {
        return random.nextDouble() < often;
    }

    /** One of several values. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final <T> T of(T... values) {
        return values[random.nextInt(values.length)];
    }

    /** One of several values. */
    public <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A list, of as many values as given at most. */
    public <T> List<T> list(int shortest, int longest, Supplier<T> value) {
        int largest = shortest + (int) Math.ceil((longest - shortest) * scale);
        int size = between(shortest, largest);
        List<T> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(value.get());
        }
        return list;
    }

    /** Well-formed text of any characters, those outside the basic plane among them, of so many code points at most. */
    public String text(int longest) {
        StringBuilder text = new StringBuilder();
        list(0, longest, this::codePoint).forEach(text::appendCodePoint);
        return text.toString();
    }

    private int codePoint() {
        return switch (random.nextInt(4)) {
            case 0 -> between(0, 0x7F);
            case 1 -> between(0x80, 0x7FF);
            case 2 -> chance(0.9) ? between(0x800, 0xD7FF) : between(0xE000, 0xFFFF);
            default -> between(0x10000, 0x10FFFF);
        };
    }
}
