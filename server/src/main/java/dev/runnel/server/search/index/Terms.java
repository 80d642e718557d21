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

/** The words of a question. */
final class Terms {
    private Terms() {}

    /** The distinct words of a text, in order, up to a limit. */
    static List<Term> of(Analyzer analyzer, String field, String text, int limit) throws IOException {
        Set<Term> terms = new LinkedHashSet<>();
        try (TokenStream words = analyzer.tokenStream(field, text)) {
            CharTermAttribute word = words.addAttribute(CharTermAttribute.class);
            words.reset();
            while (terms.size() < limit && words.incrementToken()) {
                terms.add(new Term(field, word.toString()));
            }
        }
        return new ArrayList<>(terms);
    }
}
