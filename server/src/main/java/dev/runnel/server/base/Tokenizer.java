package dev.runnel.server.base;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's tokenizer {@code o200k_base}, and the pieces in which a text is given to it. The tokenizer's time and memory grow
 * faster than the length of a word, and a text may be a single word. In pieces any text takes linear time. Thread-safe.
 */
public final class Tokenizer {
    /** The longest piece, in chars. */
    public static final int PIECE = 4 * 1024;

    /** How far back from the end of a piece the end of a word is looked for. */
    private static final int LOOK_BACK = 256;

    private static @Nullable Encoding encoding;

    private Tokenizer() {}

    /** The tokenizer. The first use in a process reads its table, which takes a third of a second and 31 MB. */
    public static synchronized Encoding encoding() {
        Encoding loaded = encoding;
        if (loaded == null) {
            loaded = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
            encoding = loaded;
        }
        return loaded;
    }

    /** The tokens of a text; an estimate for words of thousands of characters. Special tokens are counted as plain text. */
    public static long count(CharSequence text) {
        long tokens = 0;
        for (int from = 0, to; from < text.length(); from = to) {
            to = pieceEnd(text, from);
            tokens += count(text, from, to);
        }
        return tokens;
    }

    /** The tokens of a piece of a text. */
    public static int count(CharSequence text, int from, int to) {
        return encoding().countTokensOrdinary(text.subSequence(from, to).toString());
    }

    /** The text of tokens of OpenAI's embedding models, which have another table. The first use in a process reads it. */
    public static String ofEmbeddingTokens(List<Integer> tokens) {
        IntArrayList list = new IntArrayList(tokens.size());
        tokens.forEach(list::add);
        return ForEmbeddings.ENCODING.decode(list);
    }

    private static final class ForEmbeddings {
        static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
    }

    /**
     * Where a piece ends: before a single space if there is one near, as a space belongs to the word after it. Never within a
     * surrogate pair.
     */
    public static int pieceEnd(CharSequence text, int from) {
        if (text.length() - from <= PIECE) {
            return text.length();
        }
        int to = from + PIECE;
        for (int at = to - 1; at > to - LOOK_BACK; at--) {
            if (text.charAt(at) == ' ' && text.charAt(at - 1) > ' ' && text.charAt(at + 1) > ' ') {
                return at;
            }
        }
        return Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
    }
}
