package dev.runnel.server.search.index;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Splits text into words by the rules of Unicode, in lower case, without English stop words and endings. In Chinese,
 * Japanese and Korean each pair of characters is a word. All languages have the same rules, as a store's files may be
 * in several languages.
 */
final class Words extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
        StandardTokenizer source = new StandardTokenizer();
        TokenStream words = new LowerCaseFilter(new EnglishPossessiveFilter(new CJKWidthFilter(source)));
        words = new StopFilter(new CJKBigramFilter(words), EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
        return new TokenStreamComponents(source, new PorterStemFilter(words));
    }
}
