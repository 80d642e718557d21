package dev.runnel.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import dev.runnel.protocol.json.Json;
import java.io.IOException;

/**
 * Writes 1.0 for a sampling option that was not set, as the hosted service did; and null in JSON that is kept, so that it stays known that it was not
 * set.
 */
final class ShownAsOne extends JsonSerializer<Object> {
    @Override
    public void serialize(Object unset, JsonGenerator json, SerializerProvider provider) throws IOException {
        if (Json.isKept(provider)) {
            json.writeNull();
        } else {
            json.writeNumber(1.0);
        }
    }
}
