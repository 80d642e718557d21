package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ToolCallSlots.Placed;
import dev.runnel.protocol.chat.ToolCallSlots.ToolCall;
import dev.runnel.testkit.RandomInput;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Calls made of fragments, as model servers in the field mix them up. */
class ToolCallSlotsTest {
    private int made;
    private final ToolCallSlots slots = new ToolCallSlots(() -> "made_" + made++);

    @Test
    void orderlyFragmentsMakeTheirCalls() {
        assertThat(slots.isEmpty()).isTrue();
        assertThat(add(0, "a", "f", "")).isEqualTo(new Placed(0, "a", "f", "", null, true));
        assertThat(add(0, "", "", "{")).isEqualTo(new Placed(0, "a", "f", "{", null, false));
        assertThat(add(1, "b", "g", "")).isEqualTo(new Placed(1, "b", "g", "", null, true));
        assertThat(add(0, "", "", "}")).isEqualTo(new Placed(0, "a", "f", "}", null, false));
        assertThat(slots.isEmpty()).isFalse();
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "g", "{}"));
    }

    /** Copying all that came so far for each fragment would take minutes. */
    @Test
    @Timeout(30)
    void manyFragmentsOfOneCallCostTimeInProportion() {
        int fragments = 500_000;
        String part = "x".repeat(16);
        add(0, "a", "f", " {");
        for (int i = 0; i < fragments; i++) {
            assertThat(add(0, "", "", part).arguments().equals(part)).isTrue();
        }
        assertThat(slots.calls().get(0).arguments()).hasSize(2 + fragments * part.length());
    }

    @Test
    void withoutIndexesANewIdOpensACallAndAFragmentWithoutOneContinuesTheLast() {
        add(null, "a", "f", "{");
        add(null, "", "", "}");
        add(null, "b", "f", "[1]");
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "f", "[1]"));
    }

    @Test
    void withoutIndexesAndIdsANewNameOpensACallAndIdsAreMade() {
        add(null, "", "f", "{}");
        add(null, "", "g", "[");
        add(null, "", "", "1]");
        assertThat(slots.calls()).containsExactly(call("made_0", "f", "{}"), call("made_1", "g", "[1]"));
    }

    @Test
    void atAnIndexThatIsTakenAnotherIdOpensTheNextCall() {
        assertThat(add(0, "a", "f", "{}").position()).isZero();
        assertThat(add(0, "b", "g", "[").position()).isEqualTo(1);
        assertThat(add(0, "", "", "1]").position()).isEqualTo(1);
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "g", "[1]"));
    }

    @Test
    void idAndNameRepeatedInEveryFragmentAreNeitherNewNorConcatenated() {
        add(0, "a", "f", "{");
        add(0, "a", "f", "");
        add(0, "", "f", "}");
        add(null, "a", "f", " ");
        assertThat(slots.calls()).containsExactly(call("a", "f", "{} "));
    }

    @Test
    void aNameThatComesLateIsTaken() {
        add(0, "a", "", "");
        add(0, "", "f", "");
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"));
    }

    @Test
    void anIdThatComesAfterOneWasMadeDoesNotChangeIt() {
        Placed first = add(0, "", "f", "{");
        assertThat(add(0, "late", "", "}")).isEqualTo(new Placed(0, first.id(), "f", "}", null, false));
        assertThat(slots.calls()).containsExactly(call("made_0", "f", "{}"));
    }

    @Test
    void indexesWithGapsMakeCallsWithoutGaps() {
        assertThat(add(3, "a", "f", "").position()).isZero();
        assertThat(add(9, "b", "g", "").position()).isEqualTo(1);
        assertThat(add(3, "", "", "x").position()).isZero();
    }

    @Test
    void unknownMembersAreSentBackWithTheCall() {
        JsonValue extra = JsonValue.parse("{\"signature\":\"s\"}");
        slots.add(new ToolCallFragment(0, "a", "f", "{}", extra));
        add(0, "", "", "");
        assertThat(slots.calls().get(0).toJson()).hasToString("""
                {"signature":"s","id":"a","type":"function","function":{"name":"f","arguments":"{}"}}""");
    }

    @Test
    void noFragmentIsLostWhateverItsIndex() {
        RandomInput.forAll(1_000, random -> noneIsLost(random.list(0, 20, () -> random.between(-1, 3))));
    }

    private void noneIsLost(List<Integer> indexes) {
        ToolCallSlots mixed = new ToolCallSlots(() -> "made_" + made++);
        for (int i = 0; i < indexes.size(); i++) {
            Integer index = indexes.get(i) < 0 ? null : indexes.get(i);
            mixed.add(new ToolCallFragment(index, i % 3 == 0 ? "id" + i : "", "", "<" + i + ">", null));
        }
        String all = mixed.calls().stream().map(ToolCall::arguments).collect(Collectors.joining());
        assertThat(all).hasSize(IntStream.range(0, indexes.size()).map(i -> ("<" + i + ">").length()).sum());
        for (int i = 0; i < indexes.size(); i++) {
            assertThat(all).containsOnlyOnce("<" + i + ">");
        }
        assertThat(mixed.calls()).extracting(ToolCall::id).doesNotHaveDuplicates();
    }

    @Test
    void nothingIsShownOfACallBeforeItsNameIsKnown() {
        assertThat(add(0, "a", "", "{")).isEqualTo(new Placed(0, "", "", "", null, false));
        assertThat(add(0, "", "f", "\"a\":1}")).isEqualTo(new Placed(0, "a", "f", "{\"a\":1}", null, true));
        assertThat(slots.finish()).isEmpty();
    }

    @Test
    void anEmptyObjectIsShownAtTheEndUnlessTheArgumentsFollow() {
        assertThat(add(0, "a", "f", "{}")).isEqualTo(new Placed(0, "a", "f", "", null, true));
        assertThat(add(1, "b", "f", "{}")).isEqualTo(new Placed(1, "b", "f", "", null, true));
        assertThat(add(1, "", "", "{\"a\":")).isEqualTo(new Placed(1, "b", "f", "{\"a\":", null, false));
        add(1, "", "", "1}");
        assertThat(slots.finish()).containsExactly(new Placed(0, "a", "f", "{}", null, false));
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "f", "{\"a\":1}"));
    }

    @Test
    void aCallThatIsNeverNamedIsLeftForTheEnd() {
        add(0, "a", "", "{}");
        assertThat(slots.finish()).extracting(Placed::name).containsExactly("");
    }

    @Test
    void callsAtOtherIndexesAreOthersThoughTheyShareAnId() {
        add(0, "x", "f", "{\"a\":");
        Placed second = add(1, "x", "f", "{\"b\":");
        add(0, "x", "", "1}");
        add(1, "x", "", "2}");
        assertThat(second).isEqualTo(new Placed(1, "made_0", "f", "{\"b\":", null, true));
        assertThat(slots.calls()).containsExactly(call("x", "f", "{\"a\":1}"), call("made_0", "f", "{\"b\":2}"));
    }

    @Test
    void aNameThatComesAgainWithArgumentsOfItsOwnOpensACallWhereThoseBeforeAreComplete() {
        add(0, "x", "f", "{\"a\":\"}");
        add(0, "x", "f", "{\"}");
        add(0, "x", "f", "{\"b\":2}");
        assertThat(slots.calls()).extracting(ToolCall::arguments)
                .containsExactly("{\"a\":\"}{\"}", "{\"b\":2}");
        assertThat(slots.calls()).extracting(ToolCall::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``             | {}
            ` `            | {}
            null           | {}
            []             | {}
            ""             | {}
            "{\\"a\\":1}"  | {"a":1}
            {"a":1}        | {"a":1}
            {"a":          | {"a":
            [1]            | [1]
            "plain"        | "plain"
            """)
    void argumentsAreAnObjectAsText(String arguments, String normal) {
        assertThat(ToolCallSlots.normal(arguments)).isEqualTo(normal);
        StringBuilder shown = new StringBuilder();
        shown.append(add(0, "a", "f", "").arguments());
        for (int i = 0; i < arguments.length(); i++) {
            shown.append(add(0, "", "", arguments.substring(i, i + 1)).arguments());
        }
        slots.finish().forEach(rest -> shown.append(rest.arguments()));
        assertThat(shown).hasToString(normal);
        assertThat(slots.finish()).isEmpty();
    }

    @Test
    void whoHandsCallsOnReplacesIdsAndKeepsTheirs() {
        ToolCallSlots handing = ToolCallSlots.handingOn(() -> "made_" + made++, id -> id.length() < 5);
        JsonValue signature = JsonValue.parse("{\"s\":1}");
        Placed first = handing.add(new ToolCallFragment(0, "much too long", "f", "{}", signature));
        Placed second = handing.add(new ToolCallFragment(1, "ok", "f", "{}", null));
        Placed third = handing.add(new ToolCallFragment(2, "ok", "f", "{}", null));
        assertThat(first.id()).isEqualTo("made_0");
        assertThat(first.extra()).isEqualTo(JsonValue.parse("{\"s\":1,\"id\":\"much too long\"}"));
        assertThat(second).isEqualTo(new Placed(1, "ok", "f", "", null, true));
        assertThat(third.id()).isEqualTo("made_1");
        assertThat(handing.calls()).extracting(ToolCall::theirId).containsExactly("much too long", "ok", "ok");
        assertThat(handing.calls().get(0).toJson().get("id").text()).isEqualTo("much too long");
    }

    private Placed add(@Nullable Integer index, String id, String name, String arguments) {
        return slots.add(new ToolCallFragment(index, id, name, arguments, null));
    }

    private static ToolCall call(String id, String name, String arguments) {
        return new ToolCall(id, name, arguments, null);
    }
}
