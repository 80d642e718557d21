package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ToolCallSlots.Placed;
import dev.runnel.protocol.chat.ToolCallSlots.ToolCall;
import dev.runnel.testkit.RandomInput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Calls made of fragments, as model servers in the field mix them up. */
class ToolCallSlotsTest {
    private int made;
    private final ToolCallSlots slots = new ToolCallSlots(() -> "made_" + made++);

    @Test
    void orderlyFragmentsMakeTheirCalls() {
        assertThat(slots.isEmpty()).isTrue();
        assertThat(add(0, "a", "f", "")).isEqualTo(new Placed(0, "a", "f", true));
        assertThat(add(0, "", "", "{")).isEqualTo(new Placed(0, "a", "f", false));
        assertThat(add(1, "b", "g", "")).isEqualTo(new Placed(1, "b", "g", true));
        assertThat(add(0, "", "", "}")).isEqualTo(new Placed(0, "a", "f", false));
        assertThat(slots.isEmpty()).isFalse();
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "g", ""));
    }

    @Test
    void withoutIndexesANewIdOpensACallAndAFragmentWithoutOneContinuesTheLast() {
        add(null, "a", "f", "{");
        add(null, "", "", "}");
        add(null, "b", "f", "[]");
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "f", "[]"));
    }

    @Test
    void withoutIndexesAndIdsANewNameOpensACallAndIdsAreMade() {
        add(null, "", "f", "{}");
        add(null, "", "g", "[");
        add(null, "", "", "]");
        assertThat(slots.calls()).containsExactly(call("made_0", "f", "{}"), call("made_1", "g", "[]"));
    }

    @Test
    void atAnIndexThatIsTakenAnotherIdOpensTheNextCall() {
        assertThat(add(0, "a", "f", "{}").position()).isZero();
        assertThat(add(0, "b", "g", "[").position()).isEqualTo(1);
        assertThat(add(0, "", "", "]").position()).isEqualTo(1);
        assertThat(slots.calls()).containsExactly(call("a", "f", "{}"), call("b", "g", "[]"));
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
        assertThat(slots.calls()).containsExactly(call("a", "f", ""));
    }

    @Test
    void anIdThatComesAfterOneWasMadeDoesNotChangeIt() {
        Placed first = add(0, "", "f", "{");
        assertThat(add(0, "late", "", "}")).isEqualTo(new Placed(0, first.id(), "f", false));
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
        List<StringBuilder> expected = new ArrayList<>();
        for (int i = 0; i < indexes.size(); i++) {
            Integer index = indexes.get(i) < 0 ? null : indexes.get(i);
            Placed placed = mixed.add(new ToolCallFragment(index, i % 3 == 0 ? "id" + i : "", "", i + ",", null));
            if (placed.opened()) {
                expected.add(new StringBuilder());
            }
            expected.get(placed.position()).append(i).append(',');
        }
        assertThat(mixed.calls()).as("indexes %s", indexes).extracting(ToolCall::arguments)
                .containsExactlyElementsOf(expected.stream().map(StringBuilder::toString).toList());
        assertThat(mixed.calls()).extracting(ToolCall::id).doesNotHaveDuplicates();
    }

    private Placed add(@Nullable Integer index, String id, String name, String arguments) {
        return slots.add(new ToolCallFragment(index, id, name, arguments, null));
    }

    private static ToolCall call(String id, String name, String arguments) {
        return new ToolCall(id, name, arguments, null);
    }
}
