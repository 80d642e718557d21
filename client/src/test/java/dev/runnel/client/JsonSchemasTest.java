package dev.runnel.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** JSON Schemas made from records. */
class JsonSchemasTest {

    record Simple(String name, int count, long total, double price, BigDecimal exact, boolean open, UUID id) {}

    @Test
    void eachMemberIsRequiredAndNoOtherAllowed() {
        assertThat(schema(Simple.class)).isEqualTo("""
                {"type":"object","properties":{\
                "name":{"type":"string"},"count":{"type":"integer"},"total":{"type":"integer"},\
                "price":{"type":"number"},"exact":{"type":"number"},"open":{"type":"boolean"},\
                "id":{"type":"string","format":"uuid"}},\
                "required":["name","count","total","price","exact","open","id"],"additionalProperties":false}""");
    }

    record Named(String cityName, @JsonProperty("ZIP") String zipCode) {}

    @Test
    void membersHaveTheNamesTheyAreReadBackBy() {
        assertThat(schema(Named.class)).contains("\"properties\":{\"city_name\":{", "\"ZIP\":{")
                .contains("\"required\":[\"city_name\",\"ZIP\"]");
    }

    enum Sky {
        BLUE, @JsonProperty("grey")
        CLOUDY
    }

    record Optionals(@Nullable String note, @Nullable Sky sky, @Nullable Integer count) {}

    @Test
    void whatMayBeNullIsRequiredAllTheSame() {
        assertThat(schema(Optionals.class)).isEqualTo("""
                {"type":"object","properties":{"note":{"type":["string","null"]},\
                "sky":{"type":["string","null"],"enum":["BLUE","grey",null]},\
                "count":{"type":["integer","null"]}},\
                "required":["note","sky","count"],"additionalProperties":false}""");
    }

    /** A type of another library. */
    static final class Other {
        private Other() {}

        @Retention(RetentionPolicy.RUNTIME)
        @Target(ElementType.RECORD_COMPONENT)
        @interface Nullable {
        }
    }

    record Foreign(@Other.Nullable String note) {}

    @Test
    void anybodysNullableWillDo() {
        assertThat(schema(Foreign.class)).contains("\"note\":{\"type\":[\"string\",\"null\"]}");
    }

    @SuppressWarnings("ArrayRecordComponent") // a record of anybody's may have one
    record Lists(List<String> words, Set<Sky> skies, int[] numbers, List<List<Double>> table,
            Map<String, Integer> ages) {}

    @Test
    void listsAndMapsTellOfTheirElements() {
        assertThat(schema(Lists.class)).isEqualTo("""
                {"type":"object","properties":{\
                "words":{"type":"array","items":{"type":"string"}},\
                "skies":{"type":"array","items":{"type":"string","enum":["BLUE","grey"]}},\
                "numbers":{"type":"array","items":{"type":"integer"}},\
                "table":{"type":"array","items":{"type":"array","items":{"type":"number"}}},\
                "ages":{"type":"object","additionalProperties":{"type":"integer"}}},\
                "required":["words","skies","numbers","table","ages"],"additionalProperties":false}""");
    }

    @Description("A place on earth")
    record Place(@Description("As its people call it") String name, @Nullable Point at) {}

    record Point(double lat, double lon) {}

    record Trip(Place from, @Description("Where it ends") Place to) {}

    @Test
    void recordsNestAndDescriptionsAreTold() {
        String place = """
                "properties":{"name":{"type":"string","description":"As its people call it"},\
                "at":{"type":["object","null"],"properties":{"lat":{"type":"number"},"lon":{"type":"number"}},\
                "required":["lat","lon"],"additionalProperties":false}},\
                "required":["name","at"],"additionalProperties":false}""";
        assertThat(schema(Trip.class)).isEqualTo("{\"type\":\"object\",\"properties\":{"
                + "\"from\":{\"type\":\"object\",\"description\":\"A place on earth\"," + place + ","
                + "\"to\":{\"type\":\"object\",\"description\":\"Where it ends\"," + place + "},"
                + "\"required\":[\"from\",\"to\"],\"additionalProperties\":false}");
    }

    record Nothing() {}

    @Test
    void aRecordOfNothingHasASchemaToo() {
        assertThat(schema(Nothing.class))
                .isEqualTo("{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false}");
    }

    record Tree(String name, List<Tree> children) {}

    record There(Back back) {}

    record Back(@Nullable There there) {}

    record Loose(Object anything) {}

    record Raw(@SuppressWarnings("rawtypes") List words) {}

    record Box<T>(T value) {}

    record Boxed(Box<String> box) {}

    record Perhaps(Optional<String> note) {}

    record Keyed(Map<Integer, String> byNumber) {}

    @ParameterizedTest
    @ValueSource(classes = {Tree.class, There.class, Loose.class, Raw.class, Box.class, Boxed.class, Perhaps.class,
        Keyed.class, String.class, Sky.class, List.class, int.class})
    void whatHasNoStrictSchemaIsRefusedByName(Class<?> type) {
        assertThatThrownBy(() -> JsonSchemas.of(type)).isInstanceOf(IllegalArgumentException.class)
                .message().contains(type.getName());
    }

    private static String schema(Class<?> type) {
        return JsonSchemas.of(type).toString();
    }
}
