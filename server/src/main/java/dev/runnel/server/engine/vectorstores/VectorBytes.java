package dev.runnel.server.engine.vectorstores;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectors of a chunk as bytes: their number, then their values with 16 bits each. That is exact enough for a search, and
 * half the size.
 */
public final class VectorBytes {
    private VectorBytes() {}

    static byte[] write(List<float[]> vectors) {
        int values = vectors.stream().mapToInt(vector -> vector.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * (1 + values)).putShort((short) vectors.size());
        for (float[] vector : vectors) {
            for (float value : vector) {
                bytes.putShort(Float.floatToFloat16(value));
            }
        }
        return bytes.array();
    }

    /** Whether bytes are those of vectors, of one size each. */
    public static boolean isSound(byte[] written) {
        int count = written.length < Short.BYTES ? 0 : ByteBuffer.wrap(written).getShort();
        int values = written.length / Short.BYTES - 1;
        return written.length % Short.BYTES == 0 && count > 0 && values > 0 && values % count == 0;
    }

    /** The vectors. Their lengths are exact to a thousandth. */
    static List<float[]> read(ByteBuffer written) {
        ByteBuffer bytes = written.duplicate();
        int count = bytes.getShort();
        List<float[]> vectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            float[] vector = new float[bytes.remaining() / Short.BYTES / (count - i)];
            for (int at = 0; at < vector.length; at++) {
                vector[at] = Float.float16ToFloat(bytes.getShort());
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
