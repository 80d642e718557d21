package dev.runnel.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class JsonMergeTest {

    @ParameterizedTest(name = "{0} and {1} make {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                         | {"a":1}                         | {"a":1}
            {"a":null}                 | {"a":"x"}                       | {"a":"x"}
            {"a":"x"}                  | {"a":null}                      | {"a":"x"}
            {"a":"x"}                  | {}                              | {"a":"x"}
            {}                         | {"a":null}                      | {"a":null}
            {"a":"x"}                  | {"a":"y"}                       | {"a":"xy"}
            {"a":"x"}                  | {"a":""}                        | {"a":"x"}
            {"a":1}                    | {"a":2}                         | {"a":3}
            {"a":0.1}                  | {"a":0.2}                       | {"a":0.3}
            {"a":1}                    | {"a":0.5}                       | {"a":1.5}
            {"index":1,"type":"x"}     | {"index":2,"type":"y"}          | {"index":2,"type":"y"}
            {"a":{"b":"x","c":"y"}}    | {"a":{"b":"z","d":1}}           | {"a":{"b":"xz","c":"y","d":1}}
            {"a":[1,2]}                | {"a":[3]}                       | {"a":[1,2,3]}
            {"a":["x"]}                | {"a":["x"]}                     | {"a":["x","x"]}
            {"a":[]}                   | {"a":[{"index":3,"b":"x"}]}     | {"a":[{"index":3,"b":"x"}]}
            {"a":[{"index":0,"b":"x"}]}| {"a":[{"index":0,"b":"y"}]}     | {"a":[{"index":0,"b":"xy"}]}
            {"a":[{"index":0,"b":"x"}]}| {"a":[{"index":1,"b":"y"}]}     | {"a":[{"index":0,"b":"x"},{"index":1,"b":"y"}]}
            {"a":[{"index":0,"b":"x"}]}| {"a":[{"index":7,"b":"y"}]}     | {"a":[{"index":0,"b":"x"},{"index":7,"b":"y"}]}
            """)
    void deltasAreMergedByTheRulesTheOfficialClientsShare(String first, String second, String merged) {
        assertThat(merge(first, second)).isEqualTo(json(merged));
    }

    /** Where one official client throws and another keeps what it had. */
    @ParameterizedTest(name = "{0} and {1} make {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":"x"}                  | {"a":1}                         | {"a":1}
            {"a":1}                    | {"a":"x"}                       | {"a":"x"}
            {"a":true}                 | {"a":false}                     | {"a":false}
            {"a":{"b":1}}              | {"a":[1]}                       | {"a":[1]}
            {"a":[1]}                  | {"a":{"b":1}}                   | {"a":{"b":1}}
            {"a":[{"index":0}]}        | {"a":[{"b":1}]}                 | {"a":[{"index":0},{"b":1}]}
            {"a":[{"index":0}]}        | {"a":[{"index":-1}]}            | {"a":[{"index":0},{"index":-1}]}
            {"a":[{"index":0}]}        | {"a":[{"index":"0"}]}           | {"a":[{"index":0},{"index":"0"}]}
            """)
    void whereTheOfficialClientsDisagreeNothingThatCameLastIsLost(String first, String second, String merged) {
        assertThat(merge(first, second)).isEqualTo(json(merged));
    }

    @Test
    void textGrowsOverManyDeltasAndGivesWayToAnotherKind() {
        assertThat(merge("{\"a\":\"x\"}", "{\"a\":\"y\"}", "{\"a\":\"z\"}")).isEqualTo(json("{\"a\":\"xyz\"}"));
        assertThat(merge("{\"a\":\"x\"}", "{\"a\":\"y\"}", "{\"a\":2}")).isEqualTo(json("{\"a\":2}"));
        assertThat(merge("{\"a\":[\"x\"]}", "{\"a\":[\"y\"]}", "{\"a\":[\"z\"]}"))
                .isEqualTo(json("{\"a\":[\"x\",\"y\",\"z\"]}"));
    }

    @Test
    void membersKeepTheOrderInWhichTheyFirstCame() {
        assertThat(merge("{\"b\":1,\"a\":\"x\"}", "{\"a\":\"y\",\"c\":0,\"b\":1}").toString())
                .isEqualTo("{\"b\":2,\"a\":\"xy\",\"c\":0}");
    }

    @Test
    void theDeltasAreNeitherChangedNorKept() {
        ObjectNode delta = (ObjectNode) json("{\"a\":{\"b\":\"x\"},\"c\":[{\"index\":0,\"d\":1}]}");
        JsonNode before = delta.deepCopy();
        JsonMerge merge = new JsonMerge();
        merge.merge(delta);
        merge.merge(delta);
        assertThat(delta).isEqualTo(before);
        delta.withObject("/a").put("b", "changed");
        assertThat(merge.snapshot().at("/a/b").asText()).isEqualTo("xx");
    }

    @Test
    void aSnapshotStaysAsItWas() {
        JsonMerge merge = new JsonMerge();
        merge.merge((ObjectNode) json("{\"a\":{\"b\":\"x\"}}"));
        merge.merge((ObjectNode) json("{\"a\":{\"b\":\"y\"}}"));
        ObjectNode snapshot = merge.snapshot();
        snapshot.withObject("/a").put("b", "spoilt");
        merge.merge((ObjectNode) json("{\"a\":{\"b\":\"z\"}}"));
        assertThat(merge.snapshot()).isEqualTo(json("{\"a\":{\"b\":\"xyz\"}}"));
        assertThat(snapshot).isEqualTo(json("{\"a\":{\"b\":\"spoilt\"}}"));
    }

    private static JsonNode merge(String... deltas) {
        JsonMerge merge = new JsonMerge();
        for (String delta : deltas) {
            merge.merge((ObjectNode) json(delta));
        }
        return Json.readTree(Json.write(merge.snapshot()));
    }

    private static JsonNode json(String text) {
        return Json.readTree(text.getBytes(UTF_8));
    }
}
