package dev.runnel.server.search.chunk;

import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.IntArrayList;
import dev.runnel.server.base.Tokenizer;
import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.util.Arrays;

/**
 * The places where the tokens of a text end, by the {@link Tokenizer}, which gets the text in pieces.
 */
final class TokenEnds {
    private final String text;
    private final int limit;
    private int[] ends = new int[1024];
    private int count;

    private TokenEnds(String text, int limit) {
        this.text = text;
        this.limit = limit;
    }

    /**
     * For each token the place after it, in chars; never within a surrogate pair. If several tokens share a character,
     * all but the last end where the character begins.
     *
     * @throws UnreadableFileException if there are more tokens than the limit
     */
    static int[] of(String text, int limit) throws UnreadableFileException {
        TokenEnds found = new TokenEnds(text, limit);
        for (int from = 0, to; from < text.length(); from = to) {
            to = Tokenizer.pieceEnd(text, from);
            found.add(from, to);
        }
        return Arrays.copyOf(found.ends, found.count);
    }

    private void add(int from, int to) throws UnreadableFileException {
        Encoding tokenizer = Tokenizer.encoding();
        IntArrayList tokens = tokenizer.encodeOrdinary(text.substring(from, to));
        if (count + tokens.size() > limit) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE,
                    "The file has more text than the limit of %,d tokens.".formatted(limit));
        }
        ends = count + tokens.size() > ends.length
                ? Arrays.copyOf(ends, Math.max(2 * ends.length, count + tokens.size()))
                : ends;
        IntArrayList one = new IntArrayList(1);
        int at = from;
        int bytes = 0;
        for (int i = 0; i < tokens.size(); i++) {
            one.clear();
            one.add(tokens.get(i));
            bytes += tokenizer.decodeBytes(one).length;
            while (at < to && bytes >= bytesAt(at)) {
                bytes -= bytesAt(at);
                at += isPair(at) ? 2 : 1;
            }
            ends[count++] = at;
        }
        ends[count - 1] = to;
    }

    /** How many bytes of UTF-8 the character at a place takes. An unpaired surrogate is encoded as a question mark. */
    private int bytesAt(int at) {
        char one = text.charAt(at);
        if (isPair(at)) {
            return 4;
        }
        return one < 0x80 || Character.isSurrogate(one) ? 1 : one < 0x800 ? 2 : 3;
    }

    private boolean isPair(int at) {
        return Character.isHighSurrogate(text.charAt(at)) && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }
}
