package dev.runnel.server.search.index;

import dev.runnel.server.search.Hit;
import dev.runnel.server.search.SearchQuery;
import dev.runnel.server.search.SearchQuery.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * One search. For each question, chunks are ranked by words (BM25) and by vectors. The rankings are fused by ranks
 * (reciprocal rank fusion), because their scores cannot be compared. The score of a found chunk says how well this
 * chunk answers by itself, whatever else was found.
 */
final class HybridSearch {
    /** How many chunks of each ranking count. */
    private static final int DEPTH = SearchQuery.MAX_LIMIT;

    /** How many windows a search looks for per wanted chunk. Several windows may belong to one chunk. */
    private static final int WINDOWS_A_CHUNK = 3;

    /** More vectors than nearly all chunks have. */
    private static final int CHUNK_WINDOWS = 128;

    /** Limits the weight of the first ranks. 60 is the usual value. */
    private static final int RANK_CONSTANT = 60;

    /** How many distinct words of a question are searched for. */
    private static final int MAX_WORDS = 256;

    /** The part of its largest score that Lucene's BM25 gives a word that occurs once in a chunk of average length. */
    private static final double ONCE = 1 / 2.2;

    /** The weight of the words in a score beside the vectors. It was chosen by questions whose answers are known. */
    private static final double WORDS = 0.3;

    private final IndexSearcher searcher;
    private final Query where;
    private final SearchQuery query;

    HybridSearch(IndexSearcher searcher, SearchQuery query) {
        this.searcher = searcher;
        this.query = query;
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        builder.add(new TermInSetQuery(IndexFields.STORE, query.stores().stream().map(BytesRef::new).toList()),
                Occur.FILTER);
        if (query.filter() != null) {
            builder.add(new AttributeQuery(query.filter()), Occur.FILTER);
        }
        this.where = builder.build();
    }

    /** The best chunks, the best first. */
    List<Hit> hits() throws IOException {
        Map<String, Double> fused = new HashMap<>();
        // A search takes longer the more windows it looks for, and DEPTH windows find answers as well as three times as many.
        int windows = Math.max(DEPTH, WINDOWS_A_CHUNK * query.limit());
        for (Question question : query.questions()) {
            rank(fused, words(question, where, DEPTH));
            rank(fused, similarities(question, where, windows));
        }
        List<String> found = fused.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(query.limit())
                .map(Map.Entry::getKey)
                .toList();
        Map<String, Double> scores = scores(found);
        return found.stream()
                .map(key -> IndexFields.hit(key, scores.getOrDefault(key, 0.0)))
                .filter(hit -> hit.score() >= query.threshold())
                .sorted(Comparator.comparingDouble(Hit::score).reversed())
                .toList();
    }

    private static void rank(Map<String, Double> fused, Map<String, Double> ranking) {
        int rank = 1;
        for (String key : ranking.keySet()) {
            fused.merge(key, 1.0 / (RANK_CONSTANT + rank), Double::sum);
            if (++rank > DEPTH) {
                return;
            }
        }
    }

    /** The score of each chunk: how well it answers the question that it answers best. */
    private Map<String, Double> scores(Collection<String> keys) throws IOException {
        Map<String, Double> scores = new HashMap<>();
        if (keys.isEmpty()) {
            return scores;
        }
        Query these = new TermInSetQuery(IndexFields.KEY, keys.stream().map(BytesRef::new).toList());
        for (Question question : query.questions()) {
            Map<String, Double> words = words(question, these, keys.size());
            Map<String, Double> similarities = similarities(question, these, keys.size() * CHUNK_WINDOWS);
            for (String key : keys) {
                double word = words.getOrDefault(key, 0.0);
                double similarity = similarities.getOrDefault(key, 0.0);
                double score = question.vector() == null ? word
                        : question.words().isBlank() ? similarity
                                : WORDS * word + (1 - WORDS) * similarity;
                scores.merge(key, score, Math::max);
            }
        }
        return scores;
    }

    /**
     * The chunks' scores by words, from 0 to 1, the best first: the share of the question's words that a chunk has, in
     * which rare words count more.
     */
    private Map<String, Double> words(Question question, Query within, int limit) throws IOException {
        List<Term> terms = Terms.of(question.words(), MAX_WORDS);
        if (terms.isEmpty()) {
            return Map.of();
        }
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        double most = 0;
        for (Term term : terms) {
            builder.add(new TermQuery(term), Occur.SHOULD);
            most += rarity(term);
        }
        builder.add(within, Occur.FILTER);
        builder.setMinimumNumberShouldMatch(1);
        return best(builder.build(), limit, 1 / (most * ONCE));
    }

    /** A word's weight, as in Lucene's BM25. A word that occurs nowhere has the highest weight. */
    private double rarity(Term term) throws IOException {
        CollectionStatistics all = searcher.collectionStatistics(IndexFields.WORDS);
        long documents = all == null ? 0 : all.docCount();
        TermStates states = TermStates.build(searcher, term, true);
        long with = states.docFreq();
        return Math.log(1 + (documents - with + 0.5) / (with + 0.5));
    }

    /**
     * The chunks' scores by meaning, from 0 to 1, the best first: the cosine between the question and a chunk's most
     * similar window.
     */
    private Map<String, Double> similarities(Question question, Query within, int limit) throws IOException {
        float[] vector = question.vector();
        if (vector == null) {
            return Map.of();
        }
        String field = IndexFields.vectorField(vector);
        Map<String, Double> found = best(new KnnFloatVectorQuery(field, vector, limit, within), limit, 1);
        // Lucene maps the cosine to 0..1, as it has no negative scores.
        found.replaceAll((key, score) -> Math.max(0, 2 * score - 1));
        return found;
    }

    /**
     * The chunks that a query finds, the best first. A chunk's score is the best score of its documents, times a
     * factor, and at most 1.
     */
    private Map<String, Double> best(Query what, int limit, double factor) throws IOException {
        Map<String, Double> found = new LinkedHashMap<>();
        ScoreDoc[] documents = searcher.search(what, limit).scoreDocs;
        for (Keyed keyed : keys(documents)) {
            found.putIfAbsent(keyed.key(), Math.min(1, keyed.score() * factor));
        }
        return found;
    }

    private record Keyed(String key, double score) {}

    /** The chunks' keys, in the given order. Lucene's values have to be read in the order of the documents. */
    private List<Keyed> keys(ScoreDoc[] documents) throws IOException {
        ScoreDoc[] inOrder = documents.clone();
        Arrays.sort(inOrder, Comparator.comparingInt(found -> found.doc));
        List<LeafReaderContext> segments = searcher.getIndexReader().leaves();
        Map<Integer, String> byDocument = new HashMap<>();
        int open = -1;
        SortedDocValues keys = DocValues.emptySorted();
        for (ScoreDoc found : inOrder) {
            int segment = ReaderUtil.subIndex(found.doc, segments);
            if (segment != open) {
                open = segment;
                keys = DocValues.getSorted(segments.get(segment).reader(), IndexFields.KEY);
            }
            if (keys.advanceExact(found.doc - segments.get(segment).docBase)) {
                byDocument.put(found.doc, keys.lookupOrd(keys.ordValue()).utf8ToString());
            }
        }
        List<Keyed> result = new ArrayList<>();
        for (ScoreDoc found : documents) {
            String key = byDocument.get(found.doc);
            if (key != null) {
                result.add(new Keyed(key, found.score));
            }
        }
        return result;
    }
}
