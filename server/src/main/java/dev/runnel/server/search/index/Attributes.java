package dev.runnel.server.search.index;

import dev.runnel.server.search.AttributeValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.util.BytesRef;

/** A file's attributes as the index stores them. Equal attributes have equal bytes. */
final class Attributes {
    private static final int TEXT = 0;
    private static final int NUM = 1;
    private static final int FLAG = 2;

    private Attributes() {}

    static BytesRef write(Map<String, AttributeValue> attributes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Map.Entry<String, AttributeValue> entry : new TreeMap<>(attributes).entrySet()) {
                text(out, entry.getKey());
                switch (entry.getValue()) {
                    case AttributeValue.Text(String text) -> {
                        out.writeByte(TEXT);
                        text(out, text);
                    }
                    case AttributeValue.Num(double number) -> {
                        out.writeByte(NUM);
                        out.writeDouble(number);
                    }
                    case AttributeValue.Flag(boolean flag) -> {
                        out.writeByte(FLAG);
                        out.writeBoolean(flag);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BytesRef(bytes.toByteArray());
    }

    static Map<String, AttributeValue> read(BytesRef bytes) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(bytes.bytes, bytes.offset, bytes.length))) {
            while (in.available() > 0) {
                String key = text(in);
                attributes.put(key, switch (in.readByte()) {
                    case TEXT -> new AttributeValue.Text(text(in));
                    case NUM -> new AttributeValue.Num(in.readDouble());
                    default -> new AttributeValue.Flag(in.readBoolean());
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return attributes;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(utf8.length);
        out.write(utf8);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.UTF_8);
    }
}
