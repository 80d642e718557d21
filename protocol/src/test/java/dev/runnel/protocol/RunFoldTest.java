package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.WireText.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

import static dev.runnel.protocol.WireText.decoded;
import static dev.runnel.protocol.WireText.fold;
import static dev.runnel.protocol.WireText.json;
import static dev.runnel.protocol.WireText.recorded;
import static org.assertj.core.api.Assertions.assertThat;

/** The fold over the streams that the hosted service was recorded to send, and over less orderly ones. */
class RunFoldTest {

    @Test
    void aPlainReplyFoldsToItsLastSnapshots() {
        List<Line> lines = recorded("plain-text.sse");
        RunFold fold = foldOf(lines);
        assertThat(fold.run().map(WireText::json)).contains(lastOf(lines, "thread.run.completed"));
        assertThat(fold.messages().stream().map(WireText::json))
                .containsExactly(lastOf(lines, "thread.message.completed"));
        assertThat(fold.steps().stream().map(WireText::json))
                .containsExactly(lastOf(lines, "thread.run.step.completed"));
        assertThat(fold.thread()).isEmpty();
        assertThat(fold.openMessage()).isEmpty();
        assertThat(fold.openStep()).isEmpty();
    }

    @Test
    void theMessageGrownFromDeltasIsTheOneTheCompletedEventShows() {
        List<Line> lines = recorded("plain-text.sse");
        int completed = indexOf(lines, "thread.message.completed");
        RunFold fold = foldOf(lines.subList(0, completed));
        assertThat(fold.openMessage().map(Message::text)).contains("Hello");
        assertThat(fold.openMessage().map(Message::status)).contains(MessageStatus.IN_PROGRESS);
        assertThat(fold.openStep().map(RunStep::id)).contains("step_1");
        assertThat(json(fold.messages().get(0).completed(1760000004))).isEqualTo(json(lines.get(completed).data()));
    }

    @Test
    void aThreadMadeForTheRunIsKnown() {
        List<Line> lines = recorded("create-thread-and-run.sse");
        RunFold fold = foldOf(lines);
        assertThat(fold.thread().map(WireText::json)).contains(lastOf(lines, "thread.created"));
        assertThat(fold.run().map(Run::status)).contains(RunStatus.COMPLETED);
    }

    @Test
    void aFunctionCallGrownFromDeltasIsTheOneTheRunRequires() {
        RunFold fold = foldOf(recorded("function-call.sse"));
        RequiredAction action = fold.run().map(Run::requiredAction).orElseThrow();
        RequiredAction.FunctionToolCall required = action.submitToolOutputs().toolCalls().get(0);
        assertThat(fold.openStep().map(RunStep::stepDetails)).contains(new StepDetails.ToolCalls(List.of(
                new StepToolCall.Function("call_1",
                        new StepToolCall.Function.Call("weather", "{\"city\":\"Paris\"}", null)))));
        assertThat(required.id()).isEqualTo("call_1");
        assertThat(required.function().arguments()).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(fold.messages()).isEmpty();
        assertThat(fold.usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void afterToolOutputsTheSameStepIsCompletedAndAnotherFollows() {
        RunFold fold = foldOf(recorded("function-call.sse"));
        List<Line> second = recorded("tool-outputs.sse");
        second.forEach(line -> fold.apply(line.decoded()));
        assertThat(fold.steps()).extracting(RunStep::id).containsExactly("step_1", "step_2");
        assertThat(fold.steps()).extracting(RunStep::status).containsOnly(StepStatus.COMPLETED);
        assertThat(json(fold.steps().get(0))).isEqualTo(json(second.get(0).data()));
        assertThat(fold.message("msg_1").map(Message::text)).contains("It rains.");
        assertThat(fold.usage()).isEqualTo(Usage.of(130, 19, 0, 0));
        assertThat(fold.run().map(Run::usage)).contains(fold.usage());
    }

    @Test
    void aSecondStreamAloneIsEnoughForWhatItTells() {
        RunFold fold = foldOf(recorded("tool-outputs.sse"));
        assertThat(fold.steps()).hasSize(2);
        assertThat(fold.run().map(Run::status)).contains(RunStatus.COMPLETED);
    }

    @Test
    void deltasOfObjectsNeverSeenCreateThem() {
        RunFold fold = new RunFold();
        fold.apply(decoded("thread.message.delta", """
                {"id":"msg_9","delta":{"content":[{"index":0,"type":"text","text":{"value":"late"}}]}}"""));
        fold.apply(decoded("thread.run.step.delta", """
                {"id":"step_9","delta":{"step_details":{"type":"tool_calls","tool_calls":[
                {"index":0,"type":"function","function":{"arguments":"{}"}}]}}}"""));
        assertThat(fold.openMessage().map(Message::text)).contains("late");
        assertThat(fold.openMessage().map(Message::role)).contains(Role.ASSISTANT);
        assertThat(fold.openStep().map(RunStep::stepDetails)).contains(new StepDetails.ToolCalls(
                List.of(new StepToolCall.Function("", new StepToolCall.Function.Call("", "{}", null)))));
        assertThat(fold.run()).isEmpty();
    }

    @Test
    void aSnapshotReplacesWhatDeltasHadGrown() {
        RunFold fold = foldOf(recorded("plain-text.sse").subList(0, 8));
        assertThat(fold.message("msg_1").map(Message::text)).contains("Hel");
        fold.apply(decoded("thread.message.incomplete", """
                {"id":"msg_1","thread_id":"thread_1","role":"assistant","status":"incomplete",
                "incomplete_details":{"reason":"run_cancelled"},
                "content":[{"type":"text","text":{"value":"He","annotations":[]}}]}"""));
        assertThat(fold.message("msg_1").map(Message::text)).contains("He");
        assertThat(fold.openMessage()).isEmpty();
        fold.apply(decoded("thread.message.delta", """
                {"id":"msg_1","delta":{"content":[{"index":0,"type":"text","text":{"value":"y"}}]}}"""));
        assertThat(fold.message("msg_1").map(Message::text)).contains("Hey");
    }

    @Test
    void annotationsSettleWithoutIndexAndQuote() {
        Message message = grown("""
                {"index":0,"type":"text","text":{"value":"Paris","annotations":[]}}""", """
                {"index":0,"type":"text","text":{"value":"【1】","annotations":[{"index":0,"type":"file_citation",
                "text":"【1】","start_index":5,"end_index":8,"file_citation":{"file_id":"file-1","quote":""}}]}}""");
        assertThat(json(message.content())).isEqualTo(json("""
                [{"type":"text","text":{"value":"Paris【1】","annotations":[{"type":"file_citation",
                "text":"【1】","start_index":5,"end_index":8,"file_citation":{"file_id":"file-1"}}]}}]"""));
    }

    @Test
    void partsOfAnyKindStandSideBySide() {
        Message message = grown("""
                {"index":0,"type":"text","text":{"value":"Look: ","annotations":[]}}""", """
                {"index":1,"type":"image_file","image_file":{"file_id":"file-1"}}""", """
                {"index":2,"type":"hologram","hologram":{"data":"ab"}}""", """
                {"index":2,"type":"hologram","hologram":{"data":"cd"}}""", """
                {"index":3,"type":"refusal","refusal":"No"}""", """
                {"index":0,"type":"text","text":{"value":"there"}}""", """
                {"index":3,"type":"refusal","refusal":"!"}""");
        assertThat(json(message.content())).isEqualTo(json("""
                [{"type":"text","text":{"value":"Look: there","annotations":[]}},
                {"type":"image_file","image_file":{"file_id":"file-1"}},
                {"type":"hologram","hologram":{"data":"abcd"}},
                {"type":"refusal","refusal":"No!"}]"""));
    }

    @Test
    void aCodeInterpreterCallGrowsByTheGeneralMergeAndItsOutputsHaveNoIndexInTheEnd() {
        RunFold fold = new RunFold();
        for (String call : List.of("""
                {"index":0,"id":"call_1","type":"code_interpreter","code_interpreter":{"input":"","outputs":[]}}""", """
                {"index":0,"type":"code_interpreter","code_interpreter":{"input":"print("}}""", """
                {"index":0,"type":"code_interpreter","code_interpreter":{"input":"42)"}}""", """
                {"index":0,"type":"code_interpreter","code_interpreter":{"outputs":[
                {"index":0,"type":"logs","logs":"42\\n"}]}}""")) {
            fold.apply(decoded("thread.run.step.delta",
                    "{\"id\":\"s\",\"delta\":{\"step_details\":{\"type\":\"tool_calls\",\"tool_calls\":[" + call
                            + "]}}}"));
        }
        assertThat(json(fold.steps().get(0).stepDetails())).isEqualTo(json("""
                {"type":"tool_calls","tool_calls":[{"id":"call_1","type":"code_interpreter","code_interpreter":{
                "input":"print(42)","outputs":[{"type":"logs","logs":"42\\n"}]}}]}"""));
    }

    @Test
    void anIndexThatIsTooHighOpensTheNextPartAndOneThatIsMissingOrNegativeIsThePositionInTheDelta() {
        Message message = grown("""
                {"index":5,"type":"text","text":{"value":"a"}}""", """
                {"index":-1,"type":"text","text":{"value":"b"}}""", """
                {"type":"text","text":{"value":"c"}}""", """
                {"index":7,"type":"text","text":{"value":"d"}}""");
        assertThat(message.content()).containsExactly(MessageContent.Text.of("abc"), MessageContent.Text.of("d"));
    }

    @Test
    void missingAndNullTextAddsNothing() {
        Message message = grown("""
                {"index":0,"type":"text","text":{"value":null,"annotations":null}}""", """
                {"index":0,"type":"text","text":{"value":"a"}}""", """
                {"index":0,"type":"text","text":{}}""", """
                {"index":1,"type":"refusal","refusal":null}""");
        assertThat(message.content())
                .containsExactly(MessageContent.Text.of("a"), new MessageContent.Refusal(""));
    }

    @Test
    void aFragmentWithoutItsTypeGrowsWhatItBelongsTo() {
        Message message = grown("""
                {"index":0,"type":"text","text":{"value":"a","annotations":[]}}""", """
                {"index":0,"text":{"value":"b"}}""", """
                {"index":0,"text":{"value":"c","annotations":[]}}""");
        assertThat(message.content()).containsExactly(MessageContent.Text.of("abc"));
        RunFold fold = new RunFold();
        for (String call : List.of("""
                {"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"","output":null}}""", """
                {"index":0,"function":{"arguments":"{}"}}""")) {
            fold.apply(decoded("thread.run.step.delta",
                    "{\"id\":\"s\",\"delta\":{\"step_details\":{\"tool_calls\":[" + call + "]}}}"));
        }
        assertThat(fold.steps().get(0).stepDetails()).isEqualTo(new StepDetails.ToolCalls(
                List.of(new StepToolCall.Function("call_1", new StepToolCall.Function.Call("f", "{}", null)))));
    }

    @Test
    void unknownEventsErrorsAndTheEndChangeNothing() {
        RunFold before = foldOf(recorded("plain-text.sse"));
        RunFold after = foldOf(recorded("plain-text.sse"));
        after.apply(new RunEvent.Unknown("thread.sang", JsonValue.parse("{\"id\":\"msg_1\"}")));
        after.apply(new RunEvent.Failed(ApiError.serverError("no")));
        after.apply(new RunEvent.Done());
        assertThat(after.run()).isEqualTo(before.run());
        assertThat(after.messages()).isEqualTo(before.messages());
        assertThat(after.steps()).isEqualTo(before.steps());
    }

    private static Message grown(String... parts) {
        RunFold fold = new RunFold();
        for (String part : parts) {
            fold.apply(decoded("thread.message.delta", "{\"id\":\"m\",\"delta\":{\"content\":[" + part + "]}}"));
        }
        return fold.message("m").orElseThrow();
    }

    private static RunFold foldOf(List<Line> lines) {
        return fold(lines.stream().map(Line::decoded).toList());
    }

    private static JsonNode lastOf(List<Line> lines, String name) {
        return json(lines.get(indexOf(lines, name)).data());
    }

    private static int indexOf(List<Line> lines, String name) {
        int at = lines.stream().map(Line::name).toList().lastIndexOf(name);
        assertThat(at).as("position of %s", name).isNotNegative();
        return at;
    }
}
