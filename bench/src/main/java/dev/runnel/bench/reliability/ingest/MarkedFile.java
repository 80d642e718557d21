package dev.runnel.bench.reliability.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A file of some parts, each of which has a sentence with a word that no other part of any file has. The smallest chunks
 * have about a part each.
 *
 * @param name    ends as its type wants
 * @param markers these words, in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MarkedFile(String name, byte[] content, List<String> markers) {
    private static final List<DocumentType> TYPES = List.of(DocumentType.values());

    private static final int PARTS = 10;

    /** With these a part has 75 to 100 tokens, as a chunk of the smallest size has. */
    private static final int WORDS = 70;

    private static final int WORDS_OF_A_LINE = 10;

    private static final List<String> VOCABULARY = List.of(
            "river", "stone", "light", "table", "green", "house", "water", "paper", "north", "wind", "glass", "bread",
            "field", "horse", "music", "night", "ocean", "plant", "queen", "round", "sound", "train", "under", "voice",
            "wheel", "young", "cloud", "dance", "earth", "fruit", "grass", "heart", "island", "judge", "knife",
            "lemon");

    /** The number-th file of a set that is the same for each seed. Types take turns. */
    static MarkedFile of(long seed, int number) {
        Random random = new Random(seed + number);
        List<List<String>> parts = new ArrayList<>();
        List<String> markers = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            String marker = marker(number * PARTS + part);
            markers.add(marker);
            parts.add(part(marker, random));
        }
        DocumentType type = TYPES.get(number % TYPES.size());
        return new MarkedFile("file-" + number + "." + type.extension(), type.write(parts), markers);
    }

    /** A word of letters alone, which no language has. */
    private static String marker(int number) {
        StringBuilder letters = new StringBuilder("zq");
        for (int left = number + 1; left > 0; left /= 16) {
            letters.append((char) ('a' + left % 16));
        }
        return letters.append("xo").toString();
    }

    /** The lines of a part. */
    private static List<String> part(String marker, Random random) {
        List<String> lines = new ArrayList<>();
        lines.add("The word of this part is " + marker + ".");
        for (int line = 0; line < WORDS / WORDS_OF_A_LINE; line++) {
            List<String> words = new ArrayList<>();
            for (int word = 0; word < WORDS_OF_A_LINE; word++) {
                words.add(VOCABULARY.get(random.nextInt(VOCABULARY.size())));
            }
            lines.add(String.join(" ", words));
        }
        return lines;
    }

    @Override
    public String toString() {
        return name;
    }
}
