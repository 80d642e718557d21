package dev.runnel.bench.search;

/**
 * A question, and the passage that answers it.
 *
 * @param file the file that has the passage
 * @param passage words of the passage, with one space between two words
 */
record Asked(String question, String file, String passage) {
    /** A text with one space for any white space. */
    static String spaced(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** Whether a chunk of a file answers the question. */
    boolean isAnsweredBy(String chunksFile, String chunk) {
        return chunksFile.equals(file) && spaced(chunk).contains(passage);
    }
}
