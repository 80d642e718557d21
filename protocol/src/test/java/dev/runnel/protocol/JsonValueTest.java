package dev.runnel.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JsonValueTest {
    private static final JsonValue ALL = JsonValue.parse("""
            {"text": "é", "int": 7, "large": 18446744073709551616, "decimal": 1.50, "yes": true, "none": null,
             "list": [1, null, {"deep": []}]}""");

    @ParameterizedTest
    @ValueSource(strings = {
        "null", "true", "\"a\\n\\u0000\"", "\"\"", "0", "-1", "9223372036854775807", "9223372036854775808", "1.0",
        "1.50", "[]", "{}", "[null,[1,{\"b\":null,\"a\":[]}]]"})
    void whatIsReadIsWrittenAsItCame(String json) {
        JsonValue value = JsonValue.parse(json);
        assertThat(value).hasToString(json).isEqualTo(JsonValue.parse(" " + json + "\n"))
                .hasSameHashCodeAs(JsonValue.parse(json));
        assertThat(JsonValue.of(value.toJava())).isEqualTo(value);
        assertThat(new String(Json.write(List.of(value)), UTF_8)).isEqualTo("[" + json + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}{}", "1 2", "nul", "{'a':1}", "[1,]", "NaN"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> JsonValue.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        assertThatThrownBy(() -> JsonValue.parse("[".repeat(100_000))).isInstanceOf(JsonException.class);
    }

    @Test
    void itIsReadAsPlainJava() {
        List<@Nullable Object> list = new ArrayList<>(Arrays.asList(1L, null, Map.of("deep", List.of())));
        assertThat(ALL.asMap()).containsEntry("text", "é").containsEntry("int", 7L)
                .containsEntry("large", BigInteger.ONE.shiftLeft(64)).containsEntry("decimal", new BigDecimal("1.50"))
                .containsEntry("yes", true).containsEntry("none", null).containsEntry("list", list);
        assertThat(ALL.toJava()).isEqualTo(ALL.asMap());
        assertThat(ALL.get("list").elements()).containsExactly(
                JsonValue.of(1), JsonValue.NULL, JsonValue.of(Map.of("deep", List.of())));
        assertThat(ALL.get("text").text()).isEqualTo("é");
    }

    @Test
    void whatIsNotThereIsEmpty() {
        JsonValue text = ALL.get("text");
        assertThat(ALL.get("gone")).isEqualTo(JsonValue.NULL);
        assertThat(text.get("a")).isEqualTo(JsonValue.NULL);
        assertThat(text.elements()).isEmpty();
        assertThat(text.asMap()).isEmpty();
        assertThat(ALL.text()).isEmpty();
    }

    @Test
    void itKnowsItsKind() {
        assertThat(ALL.isObject()).isTrue();
        assertThat(ALL.get("list").isArray()).isTrue();
        assertThat(ALL.get("text").isText()).isTrue();
        assertThat(ALL.get("none").isNull()).isTrue();
        assertThat(ALL.isArray() || ALL.isText() || ALL.isNull() || ALL.get("list").isObject()).isFalse();
    }

    @Test
    void itIsMadeOfWhatJavaHasForIt() {
        assertThat(JsonValue.of(null)).isSameAs(JsonValue.NULL);
        assertThat(JsonValue.of(JsonValue.NULL)).isSameAs(JsonValue.NULL);
        assertThat(JsonValue.of(Json.tree(JsonValue.NULL))).isEqualTo(JsonValue.NULL);
        assertThat(JsonValue.of("a")).hasToString("\"a\"");
        assertThat(JsonValue.of((short) 7)).isEqualTo(JsonValue.of(7)).isEqualTo(JsonValue.of(BigInteger.valueOf(7)));
        assertThat(JsonValue.of(1.5)).isEqualTo(JsonValue.of(1.5f)).hasToString("1.5");
        assertThat(JsonValue.of(Map.of("a", List.of(JsonValue.parse("{\"b\":1.0}")))))
                .hasToString("{\"a\":[{\"b\":1.0}]}");
        assertThat(JsonValue.of(new LastError("server_error", "m")))
                .isEqualTo(JsonValue.parse("{\"code\":\"server_error\",\"message\":\"m\"}"));
    }

    @Test
    void whatJsonHasNotIsRefused() {
        for (Object value : List.of(Double.NaN, List.of(Double.POSITIVE_INFINITY), new Object(), new byte[1])) {
            assertThatThrownBy(() -> JsonValue.of(value)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void membersAreEqualInAnyOrderAndKeepTheirs() {
        JsonValue one = JsonValue.parse("{\"b\":1,\"a\":2}");
        assertThat(one).isEqualTo(JsonValue.parse("{\"a\":2,\"b\":1}")).hasToString("{\"b\":1,\"a\":2}");
        assertThat(one).isNotEqualTo(JsonValue.parse("{\"a\":2,\"b\":1.0}"));
    }

    @Test
    void aChangeMakesAnotherValue() {
        JsonValue one = JsonValue.parse("{\"b\":1,\"a\":2}");
        assertThat(one.with(Map.of("b", List.of("x")))).hasToString("{\"b\":[\"x\"],\"a\":2}");
        assertThat(one).hasToString("{\"b\":1,\"a\":2}");
        assertThat(JsonValue.NULL.with(Map.of("a", 1))).hasToString("{\"a\":1}");
    }

    @Test
    void nothingThatItIsMadeOfOrGivesOutChangesIt() {
        List<Object> list = new ArrayList<>(List.of(1));
        JsonValue value = JsonValue.of(Map.of("a", list));
        list.add(2);
        ((ObjectNode) Json.tree(value)).put("b", 1);
        assertThat(value).hasToString("{\"a\":[1]}");
        assertThatThrownBy(() -> value.asMap().put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ALL.asMap().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list(ALL.get("list")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private static List<?> list(JsonValue value) {
        return (List<?>) Objects.requireNonNull(value.toJava());
    }
}
