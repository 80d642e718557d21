package dev.runnel.client;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.clientOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Completions that are objects. */
@Timeout(180)
class StructuredReplyTest {
    record City(String cityName, int people, List<String> rivers, @Nullable String motto) {}

    private static final String BONN = "{\"city_name\":\"Bonn\",\"people\":340000,\"rivers\":[\"Rhein\"],\"motto\":null}";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void theModelIsGivenTheSchemaAndItsReplyIsRead() {
        server.enqueue(Script.chat(BONN));
        assertThat(client.chat().create(HI, City.class))
                .isEqualTo(new City("Bonn", 340_000, List.of("Rhein"), null));
        assertThat(server.requests().get(0).json().at("/response_format/type").asText()).isEqualTo("json_schema");
        assertThat(server.requests().get(0).json().at("/response_format/json_schema/name").asText())
                .isEqualTo("City");
        assertThat(server.requests().get(0).json().at("/response_format/json_schema/strict").asBoolean()).isTrue();
        assertThat(server.requests().get(0).json().at("/response_format/json_schema/schema/required").toString())
                .isEqualTo("[\"city_name\",\"people\",\"rivers\",\"motto\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"```json\n%s\n```", "```\n%s\n```", "\n ```json %s ```\n", "  \n%s\n"})
    void aCodeBlockAroundItIsNoHarm(String reply) {
        server.enqueue(Script.chat(reply.formatted(BONN)));
        assertThat(client.chat().create(HI, City.class).cityName()).isEqualTo("Bonn");
    }

    @Test
    void aRefusalIsToldInItsWords() {
        server.enqueue(Script.refusal("I will", " not"));
        UnusableReplyException refusal = refused();
        assertThat(refusal).hasMessage("the model refused: I will not");
        assertThat(refusal.reply()).isEqualTo("I will not");
        assertThat(refusal.isRetrySafe()).isTrue();
    }

    @Test
    void aReplyThatWasCutOffIsToldAsFarAsItCame() {
        server.enqueue(Script.finish("length", "{\"city_name\":\"Bo"));
        UnusableReplyException cut = refused();
        assertThat(cut).hasMessageContaining("cut off by its token limit");
        assertThat(cut.reply()).isEqualTo("{\"city_name\":\"Bo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bonn is nice.", "null", "[]", "\"Bonn\"", "{\"city_name\":[1]}",
        "{\"city_name\":\"Bonn\",\"people\":\"many\"}", "{\"city_name\":\"Bo", "{}",
        "{\"city_name\":\"Bonn\",\"rivers\":[]}", "{\"city_name\":null,\"people\":1,\"rivers\":[]}"})
    void aReplyOfAnotherKindIsTold(String reply) {
        server.enqueue(Script.chat(reply));
        UnusableReplyException other = refused();
        assertThat(other).hasMessageStartingWith("the reply is not a City: ");
        assertThat(other.reply()).isEqualTo(reply);
    }

    record Country(List<City> cities) {}

    @Test
    void whatIsMissingIsNamedWhereverItIsAndWhatMayBeNullMayBeMissing() {
        server.enqueue(Script.chat("{\"cities\":[%s,{\"city_name\":\"Köln\"}]}".formatted(BONN)),
                Script.chat("{\"cities\":[{\"city_name\":\"Bonn\",\"people\":1,\"rivers\":[]}]}"));
        assertThat(catchThrowableOfType(UnusableReplyException.class, () -> client.chat().create(HI, Country.class)))
                .hasMessage("the reply is not a Country: the required member cities.1.people is missing");
        assertThat(client.chat().create(HI, Country.class).cities())
                .containsExactly(new City("Bonn", 1, List.of(), null));
    }

    @Test
    void anAnswerWithoutAChoiceIsNoReply() {
        server.enqueue(Script.json(200, "{\"id\":\"x\",\"choices\":[]}"));
        assertThat(refused()).hasMessage("the completion has no choice");
    }

    @Test
    void aTypeWithoutASchemaIsRefusedBeforeTheModelIsAsked() {
        assertThatThrownBy(() -> client.chat().create(HI, String.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(server.requests()).isEmpty();
    }

    private UnusableReplyException refused() {
        return catchThrowableOfType(UnusableReplyException.class, () -> client.chat().create(HI, City.class));
    }
}
