package dev.runnel.server.search.index;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Splits text into words by the rules of Unicode, in lower case, without English stop words and endings. In Chinese,
 * Japanese and Korean each pair of characters is a word. All languages have the same rules, as a store's files may be
 * in several languages.
 */
final class Words extends Analyzer {
    /**
     * Words of questions that say nothing about what is asked for, such as "how" and "can". They are in the index, since a question may
     * have no others.
     */
    private static final CharArraySet ASKING = asking();

    private final CharArraySet without;

    private Words(CharArraySet without) {
        this.without = without;
    }

    /** The words of a chunk, and all words of a question. */
    static Words all() {
        return new Words(EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
    }

    /** The words of a question that say what is asked for. */
    static Words telling() {
        return new Words(ASKING);
    }

    private static CharArraySet asking() {
        try (InputStream list = SnowballFilter.class.getResourceAsStream("english_stop.txt")) {
            CharArraySet words = CharArraySet.copy(WordlistLoader.getSnowballWordSet(Objects.requireNonNull(list)));
            words.addAll(EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
            words.addAll(List.of("can", "may", "might", "must", "shall", "will"));
            return CharArraySet.unmodifiableSet(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected TokenStreamComponents createComponents(String field) {
        StandardTokenizer source = new StandardTokenizer();
        TokenStream words = new LowerCaseFilter(new EnglishPossessiveFilter(new CJKWidthFilter(source)));
        words = new StopFilter(new CJKBigramFilter(words), without);
        return new TokenStreamComponents(source, new PorterStemFilter(words));
    }
}
