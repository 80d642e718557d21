package dev.runnel.server.search.index;

import dev.runnel.server.search.ChunkChange.Put;
import dev.runnel.server.search.Hit;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/**
 * The documents of a chunk in the index: one for each of its vectors, and at least one. All of them have the chunk's key. The first also has the chunk's
 * words and those that say what it is about: with vectors in all documents, Lucene need not look for those that have one.
 */
final class IndexFields {
    static final String KEY = "key";
    static final String STORE = "store";
    static final String FILE = "file";
    static final String ATTRIBUTES = "attributes";
    static final String WORDS = "words";

    private IndexFields() {}

    static List<Document> documents(Put chunk) {
        List<Document> documents = new ArrayList<>();
        for (float[] vector : chunk.vectors()) {
            Document document = document(chunk);
            document.add(new KnnFloatVectorField(vectorField(vector), vector, VectorSimilarityFunction.DOT_PRODUCT));
            documents.add(document);
        }
        if (documents.isEmpty()) {
            documents.add(document(chunk));
        }
        documents.getFirst().add(new TextField(WORDS, chunk.about() + "\n" + chunk.text(), Field.Store.NO));
        return documents;
    }

    private static Document document(Put chunk) {
        Document document = new Document();
        String key = key(chunk);
        document.add(new StringField(KEY, key, Field.Store.NO));
        document.add(new SortedDocValuesField(KEY, new BytesRef(key)));
        document.add(new StringField(STORE, chunk.store(), Field.Store.NO));
        document.add(new StringField(FILE, file(chunk.store(), chunk.file()), Field.Store.NO));
        document.add(new SortedDocValuesField(ATTRIBUTES, Attributes.write(chunk.attributes())));
        return document;
    }

    /**
     * The field of a vector, by its length: all vectors of one field must have the same length, and different models
     * mostly have different lengths.
     */
    static String vectorField(float[] vector) {
        return "vector" + vector.length;
    }

    static Term keyTerm(Put chunk) {
        return new Term(KEY, key(chunk));
    }

    static Term fileTerm(String store, String file) {
        return new Term(FILE, file(store, file));
    }

    static Term storeTerm(String store) {
        return new Term(STORE, store);
    }

    private static String key(Put chunk) {
        return file(chunk.store(), chunk.file()) + '\0' + chunk.number();
    }

    private static String file(String store, String file) {
        return store + '\0' + file;
    }

    static Hit hit(String key, double score) {
        int afterStore = key.indexOf('\0');
        int afterFile = key.indexOf('\0', afterStore + 1);
        return new Hit(key.substring(0, afterStore), key.substring(afterStore + 1, afterFile),
                Integer.parseInt(key.substring(afterFile + 1)), score);
    }
}
