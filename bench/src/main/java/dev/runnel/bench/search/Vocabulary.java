package dev.runnel.bench.search;

import java.util.Random;

/** Made-up words for texts that each have a subject. Few words are frequent and most are rare, as in a language. Thread-safe. */
final class Vocabulary {
    private static final int WORDS = 20_000;
    private static final int SUBJECTS = 2_000;
    private static final int SUBJECT_WORDS = 40;
    private static final int RADIX = 36;

    /** A large odd number: products with it lie anywhere. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** So that each word has at least three letters. */
    private static final int FIRST = RADIX * RADIX;

    /** A subject, of which few are frequent. */
    int subject(Random random) {
        return rank(random, SUBJECTS);
    }

    /** A word of a text about a subject: in half of the cases one that belongs to it. */
    String word(int subject, Random random) {
        return random.nextBoolean() ? telling(subject, random) : spelled(rank(random, WORDS));
    }

    /** One of a subject's own words. */
    String telling(int subject, Random random) {
        long which = subject * (long) SUBJECT_WORDS + random.nextInt(SUBJECT_WORDS);
        return spelled((int) Long.remainderUnsigned(which * SPREAD, WORDS));
    }

    /** A word's rank by how frequent it is, from 0; that of the rarest for a word of another vocabulary. */
    int rank(String word) {
        try {
            return Math.clamp(Integer.parseInt(word, RADIX) - FIRST, 0, WORDS - 1);
        } catch (NumberFormatException e) {
            return WORDS - 1;
        }
    }

    private static int rank(Random random, int count) {
        return (int) Math.min(count - 1.0, Math.exp(random.nextDouble() * Math.log(count)));
    }

    private static String spelled(int rank) {
        return Integer.toString(rank + FIRST, RADIX);
    }
}
