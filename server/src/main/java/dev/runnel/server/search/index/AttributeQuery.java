package dev.runnel.server.search.index;

import dev.runnel.server.search.AttributeFilter;
import java.io.IOException;
import java.util.BitSet;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/**
 * Finds the documents whose file passes a filter. All attributes of a document are one value, so the index needs no
 * field for each key. A filter looks at each different set of attributes in a segment once.
 */
final class AttributeQuery extends Query {
    private static final float COST = 20;

    private final AttributeFilter filter;

    AttributeQuery(AttributeFilter filter) {
        this.filter = filter;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public @Nullable ScorerSupplier scorerSupplier(LeafReaderContext segment) throws IOException {
                SortedDocValues attributes = DocValues.getSorted(segment.reader(), IndexFields.ATTRIBUTES);
                return new DefaultScorerSupplier(new ConstantScoreScorer(score(), mode, new Matching(attributes)));
            }

            @Override
            public boolean isCacheable(LeafReaderContext segment) {
                return true;
            }
        };
    }

    private final class Matching extends TwoPhaseIterator {
        private final SortedDocValues attributes;
        private final BitSet known = new BitSet();
        private final BitSet matching = new BitSet();

        Matching(SortedDocValues attributes) {
            super(attributes);
            this.attributes = attributes;
        }

        @Override
        public boolean matches() throws IOException {
            int value = attributes.ordValue();
            if (!known.get(value)) {
                known.set(value);
                matching.set(value, filter.matches(Attributes.read(attributes.lookupOrd(value))));
            }
            return matching.get(value);
        }

        @Override
        public float matchCost() {
            return COST;
        }
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return filter.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AttributeQuery that && filter.equals(that.filter);
    }

    @Override
    public int hashCode() {
        return filter.hashCode();
    }
}
