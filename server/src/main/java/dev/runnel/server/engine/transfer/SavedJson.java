package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sequence of JSON values: one on each line, pretty-printed, or as elements of arrays. Each value may have 64
 * MiB at most. Does not close the stream. For one thread.
 */
final class SavedJson {
    private static final int MAX_MIB = 64;
    private static final long MAX_BYTES = MAX_MIB * 1024 * 1024L;

    private static final String FORMS = " The file must hold JSON objects: one after another, in an array, or in list"
            + " pages as the API returns them";

    private final InputStream in;
    private final Watched parser;
    private final boolean partial;
    private boolean inArray;
    private boolean cutOff;

    /**
     * A reader.
     *
     * @param partial whether an incomplete value at the end of the input is left out; otherwise it is an error
     */
    SavedJson(InputStream in, boolean partial) {
        this.in = in;
        this.partial = partial;
        this.parser = new Watched(Json.parser(in));
    }

    /**
     * A value of the input.
     *
     * @param line the line on which it begins, counted from 1
     * @param elements if it is an object: the lines on which the objects begin that are elements of its members
     */
    record Value(JsonNode json, long line, List<Long> elements) {}

    /** The next value; null at the end. */
    @Nullable
    Value next() {
        try {
            JsonToken token = parser.nextToken();
            while (inArray ? token == JsonToken.END_ARRAY : token == JsonToken.START_ARRAY) {
                inArray = !inArray;
                token = parser.nextToken();
            }
            return token == null ? null : value();
        } catch (JsonProcessingException e) {
            if (partial && endsHere()) {
                cutOff = true;
                return null;
            }
            if (e instanceof JsonEOFException) {
                throw new ImportException(parser.line(),
                        "the file was cut off: it ends within an object. --partial imports"
                                + " the objects before it");
            }
            throw unreadable(e);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new ImportException(parser.line(), "a number cannot be read");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Value value() throws IOException {
        long line = parser.beginValue();
        JsonNode json = Json.readTree((JsonParser) parser);
        return new Value(json, line, List.copyOf(parser.elements));
    }

    /** Whether the input ended within a value. */
    boolean cutOff() {
        return cutOff;
    }

    private boolean endsHere() {
        try {
            return parser.releaseBuffered(OutputStream.nullOutputStream()) <= 0 && in.read() < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ImportException unreadable(JsonProcessingException e) {
        long line = e.getLocation() == null ? parser.line() : e.getLocation().getLineNr();
        return new ImportException(line,
                "the text is not readable as JSON: " + Json.unreadable(e).getMessage() + "." + FORMS);
    }

    /** Notes the lines on which values and elements begin, and checks that no value is too long. */
    private static final class Watched extends JsonParserDelegate {
        private static final int OF_A_MEMBER = 2;

        private final List<Long> elements = new ArrayList<>();
        private long line;
        private long begin;
        private int depth;

        Watched(JsonParser parser) {
            super(parser);
        }

        private long line() {
            return currentLocation().getLineNr();
        }

        private long beginValue() {
            elements.clear();
            depth = 1;
            line = currentTokenLocation().getLineNr();
            begin = currentTokenLocation().getByteOffset();
            return line;
        }

        @Override
        public @Nullable JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (currentLocation().getByteOffset() - begin > MAX_BYTES && depth > 0) {
                throw new ImportException(line, "the object is larger than the limit of " + MAX_MIB + " MiB");
            }
            if (token == JsonToken.START_OBJECT && depth == OF_A_MEMBER) {
                elements.add((long) currentTokenLocation().getLineNr());
            }
            if (token != null && token.isStructStart()) {
                depth++;
            } else if (token != null && token.isStructEnd()) {
                depth--;
            }
            return token;
        }
    }
}
