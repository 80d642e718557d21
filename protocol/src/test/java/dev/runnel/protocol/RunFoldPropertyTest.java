package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.JsonMerge;
import dev.runnel.testkit.RandomInput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static dev.runnel.protocol.WireText.fold;
import static dev.runnel.protocol.WireText.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Properties of the fold that hold for all deltas. */
class RunFoldPropertyTest {
    private static final int TRIES = 1_000;

    /** The fold has accumulators of its own for what comes a token at a time; this keeps them honest. */
    @Test
    void messagesGrowAsTheGeneralMergeGrowsThem() {
        RandomInput.forAll(TRIES, random -> {
            List<RunEvent.MessageDelta> deltas = messageDeltas(random);
            JsonNode merged = merged(deltas).path("content");
            assertThat(json(fold(deltas).message("msg").orElseThrow().content())).as("%s", deltas)
                    .isEqualTo(withoutIndexes(merged));
        });
    }

    @Test
    void functionCallsGrowAsTheGeneralMergeGrowsThem() {
        RandomInput.forAll(TRIES, random -> {
            List<RunEvent.StepDelta> deltas = stepDeltas(random);
            JsonNode merged = merged(deltas).path("step_details");
            JsonNode details = json(fold(deltas).step("step").orElseThrow().stepDetails());
            assertThat(details.path("tool_calls")).as("%s", deltas)
                    .isEqualTo(withoutIndexes(merged.path("tool_calls")));
            assertThat(details.path("type")).isEqualTo(merged.path("type"));
        });
    }

    @Test
    void itDoesNotMatterHowDeltasAreCutIntoPieces() {
        RandomInput.forAll(TRIES, random -> {
            List<RunEvent.MessageDelta> messages = messageDeltas(random);
            List<RunEvent.StepDelta> steps = stepDeltas(random);
            List<RunEvent> whole = new ArrayList<>(messages);
            whole.addAll(steps);
            List<RunEvent> pieces = new ArrayList<>();
            Cutter cutter = new Cutter(random.list(1, 5, () -> random.between(1, 7)));
            messages.forEach(delta -> pieces.addAll(cutter.cut(delta)));
            steps.forEach(delta -> pieces.addAll(cutter.cut(delta)));
            assertThat(fold(pieces).messages()).as("%s", pieces).isEqualTo(fold(whole).messages());
            assertThat(fold(pieces).steps()).as("%s", pieces).isEqualTo(fold(whole).steps());
        });
    }

    @Test
    void whatIsReadFromTheWireFoldsAsWhatWasWritten() {
        RandomInput.forAll(TRIES, random -> {
            List<RunEvent> events = new ArrayList<>(messageDeltas(random));
            events.addAll(stepDeltas(random));
            List<RunEvent> read = events.stream().map(e -> RunEvents.decode(e.name(), RunEvents.encode(e))).toList();
            assertThat(read).isEqualTo(events);
            assertThat(fold(read).messages()).isEqualTo(fold(events).messages());
            assertThat(fold(read).steps()).isEqualTo(fold(events).steps());
        });
    }

    private static JsonNode merged(List<? extends RunEvent> deltas) {
        JsonMerge merge = new JsonMerge();
        deltas.forEach(delta -> merge.merge((ObjectNode) json(WireText.encoded(delta)).path("delta")));
        return json(merge.snapshot());
    }

    private static JsonNode withoutIndexes(JsonNode entries) {
        entries.forEach(entry -> ((ObjectNode) entry).remove("index"));
        return entries;
    }

    private static List<RunEvent.MessageDelta> messageDeltas(RandomInput random) {
        List<Boolean> textual = random.list(1, 3, () -> random.chance(0.5));
        List<String> pieces = pieces(random);
        List<RunEvent.MessageDelta> deltas = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            // In the order of the stream: the first ones open a part each, the later ones go anywhere.
            int part = i < textual.size() ? i : random.between(0, textual.size() - 1);
            ContentDelta delta = textual.get(part)
                    ? new ContentDelta.Text(part, pieces.get(i), i < textual.size() ? List.of() : null)
                    : new ContentDelta.Refusal(part, pieces.get(i));
            deltas.add(new RunEvent.MessageDelta("msg", List.of(delta)));
        }
        return deltas;
    }

    private static List<RunEvent.StepDelta> stepDeltas(RandomInput random) {
        int calls = random.between(1, 3);
        List<String> pieces = pieces(random);
        List<RunEvent.StepDelta> deltas = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            String piece = pieces.get(i);
            int call = i < calls ? i : random.between(0, calls - 1);
            ToolCallDelta delta = i < calls
                    ? ToolCallDelta.Function.start(call, "call_" + i, "f" + piece.length())
                    : random.chance(0.1)
                            ? new ToolCallDelta.Function(call, null, null, null, piece)
                            : ToolCallDelta.Function.more(call, piece);
            deltas.add(new RunEvent.StepDelta("step", List.of(delta)));
        }
        return deltas;
    }

    private static List<String> pieces(RandomInput random) {
        return random.list(1, 20, () -> random.text(12));
    }

    /** Cuts what can be cut into pieces of the given sizes, in turn and over again; between surrogates too. */
    private static final class Cutter {
        private final List<Integer> sizes;
        private int next;

        Cutter(List<Integer> sizes) {
            this.sizes = sizes;
        }

        List<RunEvent> cut(RunEvent.MessageDelta delta) {
            List<RunEvent> pieces = new ArrayList<>();
            ContentDelta part = delta.content().get(0);
            if (part instanceof ContentDelta.Text text) {
                List<JsonValue> annotations = text.annotations();
                for (String piece : cut(text.value())) {
                    ContentDelta cut = new ContentDelta.Text(part.index(), piece, annotations);
                    annotations = null;
                    pieces.add(new RunEvent.MessageDelta(delta.messageId(), List.of(cut)));
                }
            } else if (part instanceof ContentDelta.Refusal refusal) {
                for (String piece : cut(refusal.refusal())) {
                    ContentDelta cut = new ContentDelta.Refusal(part.index(), piece);
                    pieces.add(new RunEvent.MessageDelta(delta.messageId(), List.of(cut)));
                }
            }
            return pieces;
        }

        List<RunEvent> cut(RunEvent.StepDelta delta) {
            ToolCallDelta.Function call = (ToolCallDelta.Function) delta.toolCalls().get(0);
            String arguments = call.arguments();
            if (call.id() != null || arguments == null) {
                return List.of(delta);
            }
            List<RunEvent> pieces = new ArrayList<>();
            for (String piece : cut(arguments)) {
                ToolCallDelta cut = ToolCallDelta.Function.more(call.index(), piece);
                pieces.add(new RunEvent.StepDelta(delta.stepId(), List.of(cut)));
            }
            return pieces;
        }

        private List<String> cut(String text) {
            List<String> pieces = new ArrayList<>();
            int from = 0;
            do {
                int to = Math.min(text.length(), from + sizes.get(next++ % sizes.size()));
                pieces.add(text.substring(from, to));
                from = to;
            } while (from < text.length());
            return pieces;
        }
    }
}
