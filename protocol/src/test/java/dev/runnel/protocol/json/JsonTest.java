package dev.runnel.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatJson;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonTest {
    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String object(int members) {
        return IntStream.range(0, members).mapToObj(i -> "\"k" + i + "\":" + i)
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** These are legal JSON, and beyond what Java's numbers can hold. */
    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e99999999999", "1e-99999999999", "1e-2147483648"})
    void aNumberThatCannotBeHeldIsUnreadableWhereverItIsRead(String number) {
        byte[] json = bytes("{\"a\": [" + number + "]}");

        assertThatThrownBy(() -> Json.readTree(json)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.readTreeStrictly(json)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> JsonValue.parse(new String(json, StandardCharsets.UTF_8)))
                .isInstanceOf(JsonException.class).hasMessageContaining("number");
        assertThat(ChatJson.errorIn(json)).isEmpty(); // nobody reads the number
        assertThat(ApiError.parse(bytes("{\"error\": {\"message\": \"burnt\", \"code\": " + number + "}}")).message())
                .contains("burnt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e10001", "1e-10002", "1e2147483647"})
    void ofAStrangersNumbersTheExponentIsBounded(String number) {
        assertThatThrownBy(() -> Json.readTreeStrictly(bytes("[" + number + "]"))).isInstanceOf(JsonException.class)
                .hasMessageContaining("a number's exponent is beyond 10000");
    }

    @Test
    void aStrangersJsonThatIsNotUtf8IsUnreadable() {
        byte[] json = bytes("{\"a\": 1}");
        json[2] = (byte) 0xFF;

        assertThatThrownBy(() -> Json.readTreeStrictly(json)).isInstanceOf(JsonException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void usualNumbersKeepTheirDigits() {
        String numbers = "[1,1.0,1.50,1E+400,-0.1,123456789012345678901234567890]";

        assertThat(new String(Json.write(Json.readTreeStrictly(bytes(numbers))), StandardCharsets.UTF_8))
                .isEqualTo(numbers);
    }

    @Test
    void aNumberThatATypeCannotHoldIsUnreadable() {
        JsonNode tree = Json.readTree(bytes("{\"created_at\": 1e2147483647}"));

        assertThatThrownBy(() -> Json.convert(tree, Assistant.class)).isInstanceOf(JsonException.class);
    }

    @Test
    void ofAStrangersObjectsTheMembersAreBounded() {
        assertThat(Json.readTreeStrictly(bytes("[" + object(10_000) + "]")).path(0)).hasSize(10_000);
        assertThatThrownBy(() -> Json.readTreeStrictly(bytes("[" + object(10_001) + "]")))
                .isInstanceOf(JsonException.class).hasMessageContaining("an object has more than 10000 members");
    }

    @Test
    void strictMeansOneValueAndEachNameOnce() {
        assertThat(Json.readTreeStrictly(bytes(" ")).isMissingNode()).isTrue();
        assertThatThrownBy(() -> Json.readTreeStrictly(bytes("{\"a\":1,\"a\":2}"))).isInstanceOf(JsonException.class)
                .hasMessageContaining("Duplicate");
        assertThatThrownBy(() -> Json.readTreeStrictly(bytes("{} {}"))).isInstanceOf(JsonException.class);
    }
}
