package dev.runnel.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes 1.0 for a sampling option that was not set, as the hosted service did. */
final class ShownAsOne extends JsonSerializer<Object> {
    @Override
    public void serialize(Object unset, JsonGenerator json, SerializerProvider provider) throws IOException {
        json.writeNumber(1.0);
    }
}
