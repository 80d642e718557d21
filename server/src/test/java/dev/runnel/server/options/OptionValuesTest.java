package dev.runnel.server.options;

import dev.runnel.server.base.OnFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.INSECURE;
import static dev.runnel.server.options.ServerOptions.MAX_BODY;
import static dev.runnel.server.options.ServerOptions.OFFERED;
import static dev.runnel.server.options.ServerOptions.ON_CRASH;
import static dev.runnel.server.options.ServerOptions.OTLP_ENDPOINT;
import static dev.runnel.server.options.ServerOptions.OTLP_HEADERS;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Texts become values, wherever they stand. */
class OptionValuesTest {
    /** As a file would be. */
    private record Lines(Map<String, List<String>> texts) implements OptionTexts {
        @Override
        public @Nullable List<String> find(Option<?> option) {
            return texts.get(option.name());
        }

        @Override
        public String name(Option<?> option) {
            return "runnel.yaml: " + option.name();
        }
    }

    private static OptionValues file(String name, String... texts) {
        return OptionValues.read(OFFERED, List.of(new Lines(Map.of(name, List.of(texts)))));
    }

    @Test
    void theFirstPlaceThatHasAnOptionCounts() {
        Lines file = new Lines(Map.of("database", List.of("sqlite:file.db"), "max-body", List.of("1m")));
        OptionTexts environment = OptionTexts.environment(Map.of("RUNNEL_DATABASE", " sqlite:variable.db "));

        OptionValues values = OptionValues.read(OFFERED, List.of(environment, file));

        assertThat(values.get(DATABASE)).isEqualTo("sqlite:variable.db");
        assertThat(values.name(DATABASE)).isEqualTo("RUNNEL_DATABASE");
        assertThat(values.get(MAX_BODY)).isEqualTo(1L << 20);
        assertThat(values.name(MAX_BODY)).isEqualTo("runnel.yaml: max-body");
        assertThat(values.get(RUN_LIFETIME)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aBlankVariableIsNoneUnlessThatCouldLetStrangersIn() {
        Map<String, String> blank = Map.of("RUNNEL_DATABASE", " ", "RUNNEL_API_KEYS", "");

        assertThatThrownBy(() -> OptionValues.read(OFFERED, List.of(OptionTexts.environment(blank))))
                .hasMessage("RUNNEL_API_KEYS: the list of API keys is empty");
        assertThat(OptionValues.read(List.of(DATABASE), List.of(OptionTexts.environment(blank))).get(DATABASE))
                .isEqualTo("sqlite:runnel.db");
        assertThat(OptionValues.NONE.name(API_KEYS)).isEqualTo("RUNNEL_API_KEYS");
    }

    @Test
    void valuesAreReadAsTheirKindIsWritten() {
        assertThat(file("on-crash", "FAIL").get(ON_CRASH)).isEqualTo(OnFault.FAIL);
        assertThat(file("insecure", "true").get(INSECURE)).isTrue();
        assertThat(file("run-lifetime", "2h").get(RUN_LIFETIME)).isEqualTo(Duration.ofHours(2));
        assertThat(file("max-body", "1KiB").get(MAX_BODY)).isEqualTo(1_024);
        assertThat(file("max-body", "1GiB").get(MAX_BODY)).isEqualTo(1L << 30);
        assertThat(file("api-key", "acme=k-0123456789abcdef", "k-fedcba9876543210").get(API_KEYS).size()).isEqualTo(2);
        assertThat(file("otlp-endpoint", "http://127.0.0.1:4318").get(OTLP_ENDPOINT)).hasPort(4318);
    }

    /** OpenTelemetry's variable has several headers in one text, with special characters written as %XX. */
    @Test
    void headersAreReadAsOpenTelemetryWritesThem() {
        OptionTexts environment = OptionTexts.environment(
                Map.of("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20a+b=, x-scope=1%2C2"));

        assertThat(OptionValues.read(OFFERED, List.of(environment)).get(OTLP_HEADERS))
                .isEqualTo(Map.of("Authorization", "Bearer a+b=", "x-scope", "1,2"));
        assertThat(file("otlp-header", "a=1", "b=2").get(OTLP_HEADERS)).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    /** It may be a key. */
    @Test
    void aHeaderThatIsNoneIsNotShown() {
        assertThatThrownBy(() -> file("otlp-header", "a=1", "sk-secret"))
                .hasMessageContaining("header 2 is not NAME=VALUE").hasMessageNotContaining("sk-");
        assertThatThrownBy(() -> file("otlp-header", "a=%zz")).hasMessageContaining("header 1 is not NAME=VALUE");
        assertThatThrownBy(() -> file("otlp-header", "a=1%0D%0Ab: 2")).hasMessageContaining("header 1 is not");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "max-body | 1023 | '1023' is not a size from 1KiB to 1GiB, such as 1048576, 16m or 16MiB",
        "max-body | 999999999999g | is not a size",
        "run-lifetime | 31d | '31d' is not a duration from 1s to 30d, such as 600, 600s, 10m or 2h",
        "port | 65536 | '65536' is not a number from 0 to 65535",
        "max-runs | 0 | '0' is not a number from 1 to 1000000000, such as 1000",
        "on-crash | maybe | 'maybe' is not one of retry, fail",
        "insecure | maybe | 'maybe' is neither true nor false",
        "otlp-endpoint | 127.0.0.1:4318 | '127.0.0.1:4318' is not a URL: write http://HOST:PORT or https://HOST:PORT",
        "otlp-endpoint | grpc://collector:4317 | is not a URL",
        "otlp-percent | 0 | '0' is not a number from 1 to 100",
        "allow-origin | app.example/ | 'app.example/' is not an origin"})
    void aTextThatIsNoValueIsSaidWithItsPlace(String name, String text, String message) {
        assertThatThrownBy(() -> file(name, text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("runnel.yaml: " + name + ": ").hasMessageContaining(message);
    }
}
