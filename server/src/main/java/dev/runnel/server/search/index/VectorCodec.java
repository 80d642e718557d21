package dev.runnel.server.search.index;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own index format, with vectors of up to 4,096 numbers, which today's embedding models have. Lucene's default
 * limit is 1,024. The index is written under Lucene's names, so that Lucene's own classes can read it.
 */
final class VectorCodec extends FilterCodec {
    static final int MAX_DIMENSIONS = 4_096;

    private final KnnVectorsFormat vectors = new PerFieldKnnVectorsFormat() {
        private final KnnVectorsFormat format = new LongVectors(new Lucene99HnswVectorsFormat());

        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return format;
        }
    };

    VectorCodec() {
        this(Codec.getDefault());
    }

    private VectorCodec(Codec lucene) {
        super(lucene.getName(), lucene);
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
        return vectors;
    }

    private static final class LongVectors extends KnnVectorsFormat {
        private final KnnVectorsFormat format;

        LongVectors(KnnVectorsFormat format) {
            super(format.getName());
            this.format = format;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return format.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return format.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return MAX_DIMENSIONS;
        }
    }
}
