package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.clientOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Lists of models as the model servers in the field write them. */
@Timeout(180)
class ModelListsTest {
    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private List<ModelInfo> listed(String answer) {
        server.answerModels(Script.json(200, answer));
        return client.models().list();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"data":[{"id":"a"},{"name":"b"},{"id":"c"}]}                   | a c
            {"data":[{"id":"a"},null,{"id":null},{"id":" "},{"id":7},[],7]} | a
            {"data":["a",{"id":"b"}," "]}                                   | a b
            [{"id":"a","object":"model"},{"id":"b"}]                        | a b
            ["a"]                                                           | a
            {"models":[{"id":"a"},{"id":"b"}]}                              | a b
            {"models":[{"name":"a"},{"name":"b:1b","model":"b"}]}           | a b
            {"object":"list","data":[{"id":"a"}],"models":[{"name":"x"}]}   | a
            {"data":null,"models":[{"id":"a"}]}                             | a
            {"object":"list","data":null}                                   | ``
            {"object":"list","data":[]}                                     | ``
            {}                                                              | ``
            """)
    void everyFormIsReadAndWhatHasNoNameIsLeftOut(String answer, String ids) {
        assertThat(listed(answer).stream().map(ModelInfo::id).collect(Collectors.joining(" "))).isEqualTo(ids);
    }

    @Test
    void timesAndOwnersOfOtherKindsRefuseNothing() {
        assertThat(listed("""
                {"data":[{"id":"a","created":"2024-01-01T00:00:00Z","owned_by":null},{"id":"b","created":1700000000.5},
                {"id":"c","created":null,"owned_by":{"name":"me"}},{"id":"d","created":7,"owned_by":"me"}]}"""))
                .containsExactly(new ModelInfo("a", 0, ""), new ModelInfo("b", 1_700_000_000, ""),
                        new ModelInfo("c", 0, ""), new ModelInfo("d", 7, "me"));
        server.answerOthers(request -> Script.json(200, "{\"id\":\"a\",\"created\":\"2024-01-01T00:00:00Z\"}"));
        assertThat(client.models().get("a")).isEqualTo(new ModelInfo("a", 0, ""));
    }

    @Test
    void anErrorInsteadOfAListIsThatError() {
        server.answerModels(Script.json(200, "{\"error\":{\"message\":\"no list\",\"code\":\"c\"}}")
                .header("x-request-id", "req_1"));
        ApiException error = catchThrowableOfType(ApiException.class, () -> client.models().list());
        assertThat(error).hasMessage("no list");
        assertThat(error.error()).isEqualTo(new ApiError("no list", null, null, "c"));
        assertThat(error.requestId()).contains("req_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"detail\":\"no list\"}", "<p>no list</p>", "\"no list\""})
    void whatIsNoListIsQuoted(String answer) {
        assertThatThrownBy(() -> listed(answer)).isInstanceOf(ApiException.class)
                .hasMessageStartingWith("the answer has an unexpected form: ").hasMessageContaining("no list");
    }
}
