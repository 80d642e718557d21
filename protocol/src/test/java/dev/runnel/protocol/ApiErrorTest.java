package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class ApiErrorTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"error":{"message":"m","type":"t","param":"p","code":"c"}}           | m | t | p | c
            {"error":{"message":"m","type":"t","param":null,"code":null}}         | m | t | - | -
            {"error":{"message":"m","type":"t","code":400}}                       | m | t | - | 400
            {"error":{"message":"m","code":502,"metadata":{"provider_name":"x"}}} | m | - | - | 502
            {"error":{"message":"m","type":"t","n_prompt_tokens":9,"n_ctx":8}}    | m | t | - | -
            {"error":{"message":"m"},"detail":{"message":"other"}}                | m | - | - | -
            {"error":"m"}                                                         | m | - | - | -
            {"object":"error","message":"m","type":"t","param":null,"code":"c"}   | m | t | - | c
            {"error":null,"message":"m"}                                          | m | - | - | -
            {"detail":"m"}                                                        | m | - | - | -
            {"error":{"message":null,"detail":"m"}}                               | m | - | - | -
            {"detail":[{"loc":["body"],"msg":"m"}]} | [{"loc":["body"],"msg":"m"}] | - | - | -
            {"error":"Bad Request","message":"m","statusCode":400}     | Bad Request: m | - | - | -
            {"error":{"error":{"message":"m","type":"t"}}}                        | m | t | - | -
            {"error":["m"]}                                                   | ["m"] | - | - | -
            {"error":true,"msg":"m"}                                              | m | - | - | -
            {"code":7,"msg":"m"}                                                  | m | - | - | 7
            {"object":"error","message":{"detail":"m"}}                           | {"detail":"m"} | - | - | -
            """)
    void everyShapeThatServersSendIsReadForWhatItHolds(
            String body, String message, @Nullable String type,
            @Nullable String param, @Nullable String code) {
        assertThat(ApiError.parse(body.getBytes(UTF_8))).isEqualTo(new ApiError(message, type, param, code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bad Gateway", "<html><h1>502</h1></html>", "[1]", "{\"status\":\"bad\"}", "{\"error\":{}}",
        "\"text\"", "{\"error\":", "{\"error\":{\"message\":null}}"})
    void whatIsNoErrorObjectIsQuoted(String body) {
        assertThat(ApiError.parse((" " + body + "\n").getBytes(UTF_8)))
                .isEqualTo(new ApiError(body, null, null, null));
    }

    @Test
    void anEmptyBodyIsSaidToBeOne() {
        assertThat(ApiError.parse(new byte[0]).message()).isEqualTo("(empty body)");
        assertThat(ApiError.parse(" \r\n".getBytes(UTF_8)).message()).isEqualTo("(empty body)");
    }

    @Test
    void ofALongBodyTheBeginningIsQuotedAndNoCharacterIsCutInTwo() {
        String message = ApiError.parse(("x" + "é".repeat(1000)).getBytes(UTF_8)).message();
        assertThat(message).startsWith("xéé").endsWith("é…").hasSizeBetween(100, 301).doesNotContain("\uFFFD");
    }

    @Test
    void itIsWrittenInItsEnvelopeWithAllFourMembers() {
        assertThat(new String(ApiError.invalidRequest("m", "tools[0]", null).toJson(), UTF_8)).isEqualTo("""
                {"error":{"message":"m","type":"invalid_request_error","param":"tools[0]","code":null}}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"x\"}", "[]", "null", "{\"error\":null}"})
    void whatHasNotTheLookOfAnErrorIsNone(String body) {
        assertThat(ApiError.fromJson(JsonValue.parse(body))).isEmpty();
    }
}
