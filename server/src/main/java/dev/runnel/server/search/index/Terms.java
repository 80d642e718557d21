package dev.runnel.server.search.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;

/** The words of a question that are searched for. Static and without state. */
final class Terms {
    private static final Analyzer TELLING = Words.telling();
    private static final Analyzer ALL = Words.all();

    private Terms() {}

    /** The distinct words that say what is asked for, in order, up to a limit; all words if none does. */
    static List<Term> of(String question, int limit) throws IOException {
        List<Term> telling = of(TELLING, question, limit);
        return telling.isEmpty() ? of(ALL, question, limit) : telling;
    }

    private static List<Term> of(Analyzer analyzer, String text, int limit) throws IOException {
        Set<Term> terms = new LinkedHashSet<>();
        try (TokenStream words = analyzer.tokenStream(IndexFields.WORDS, text)) {
            CharTermAttribute word = words.addAttribute(CharTermAttribute.class);
            words.reset();
            while (terms.size() < limit && words.incrementToken()) {
                terms.add(new Term(IndexFields.WORDS, word.toString()));
            }
        }
        return new ArrayList<>(terms);
    }
}
