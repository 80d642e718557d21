package dev.runnel.protocol.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * A parser that refuses input that costs the reader much more than the sender: objects with very many members, numbers with a
 * huge exponent.
 */
final class BoundedParser extends JsonParserDelegate {
    private static final int MAX_MEMBERS = 10_000;
    private static final int MAX_EXPONENT = 10_000;

    BoundedParser(JsonParser parser) {
        super(parser);
    }

    @Override
    public JsonToken nextToken() throws IOException {
        JsonToken token = super.nextToken();
        if (token == JsonToken.FIELD_NAME && getParsingContext().getCurrentIndex() >= MAX_MEMBERS) {
            throw new JsonParseException(this, "an object has more than " + MAX_MEMBERS + " members");
        }
        return token;
    }

    @Override
    public BigDecimal getDecimalValue() throws IOException {
        BigDecimal number = super.getDecimalValue();
        if (Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT) {
            throw new JsonParseException(this, "a number's exponent is beyond " + MAX_EXPONENT);
        }
        return number;
    }
}
