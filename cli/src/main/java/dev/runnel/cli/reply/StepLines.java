package dev.runnel.cli.reply;

import dev.runnel.protocol.RequiredAction;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The steps and tool calls of a run or a response, in lines for a person. Not thread-safe. */
final class StepLines {
    private static final int SHOWN = 200;

    /** Each step's number, by its id. */
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /** The lines for an event; for most events none. */
    List<String> of(RunEvent event) {
        return switch (event) {
            case RunEvent.RunChanged changed -> of(changed.run());
            case RunEvent.StepChanged changed -> of(changed.step());
            default -> List.of();
        };
    }

    /** The lines for an event of a response; for most events none. */
    List<String> of(ResponseEvent event) {
        if (event instanceof ResponseEvent.Changed changed) {
            return List.of("· " + changed.response().id() + " " + changed.response().status().wire());
        }
        return event instanceof ResponseEvent.ItemChanged item && item.type().equals("response.output_item.done")
                ? of(item.item())
                : List.of();
    }

    private static List<String> of(ResponseItem item) {
        return switch (item) {
            case ResponseItem.FunctionCall call -> List.of(call(call.name(), call.arguments()));
            case ResponseItem.FunctionCallOutput output -> List.of("·   → " + shortened(output.output().text()));
            case ResponseItem.FileSearchCall search ->
                    List.of(call("file_search", String.join(", ", search.queries())));
            case ResponseItem.CodeInterpreterCall code -> List.of(call("code_interpreter", code.code()));
            case ResponseItem.Unknown other -> List.of("·   " + other.type());
            case ResponseItem.Message message -> List.of();
            case ResponseItem.Reasoning thought -> List.of();
        };
    }

    private static List<String> of(Run run) {
        List<String> lines = new ArrayList<>();
        if (run.status() != RunStatus.QUEUED) {
            lines.add("· " + run.id() + " " + run.status().wire());
        }
        RequiredAction action = run.requiredAction();
        if (action != null) {
            action.submitToolOutputs().toolCalls()
                    .forEach(call -> lines.add(call(call.function().name(), call.function().arguments())));
        }
        return lines;
    }

    private List<String> of(RunStep step) {
        boolean isNew = !numbers.containsKey(step.id());
        int number = numbers.computeIfAbsent(step.id(), id -> numbers.size() + 1);
        List<String> lines = new ArrayList<>();
        if (isNew) {
            lines.add("· step " + number + " " + (step.stepDetails() instanceof StepDetails.ToolCalls
                    ? "calls tools"
                    : "writes a message"));
        }
        if (step.status() != StepStatus.IN_PROGRESS) {
            if (step.stepDetails() instanceof StepDetails.ToolCalls calls) {
                calls.toolCalls().forEach(call -> lines.add(call(call)));
            }
            Usage usage = step.usage();
            lines.add("· step " + number + " " + step.status().wire()
                    + (usage == null ? "" : ", " + usage.totalTokens() + " tokens"));
        }
        return lines;
    }

    private static String call(StepToolCall call) {
        return switch (call) {
            case StepToolCall.Function function -> {
                String output = function.function().output();
                yield call(function.function().name(), function.function().arguments())
                        + (output == null ? "" : " → " + shortened(output));
            }
            case StepToolCall.FileSearch search -> "·   file_search" + found(search.fileSearch().results());
            case StepToolCall.CodeInterpreter code -> call("code_interpreter", code.codeInterpreter().input())
                    + came(code.codeInterpreter().outputs());
            case StepToolCall.Other other -> "·   " + other.type();
        };
    }

    private static String came(List<StepToolCall.CodeInterpreter.Output> outputs) {
        return outputs.isEmpty()
                ? ""
                : " → " + outputs.stream().map(StepLines::output).collect(Collectors.joining(", "));
    }

    private static String output(StepToolCall.CodeInterpreter.Output output) {
        return switch (output) {
            case StepToolCall.CodeInterpreter.Logs logs -> shortened(logs.logs());
            case StepToolCall.CodeInterpreter.Image image -> "image " + image.image().fileId();
            case StepToolCall.CodeInterpreter.Unknown unknown -> unknown.type();
        };
    }

    private static String found(List<StepToolCall.FileSearch.Result> results) {
        return results.isEmpty()
                ? ""
                : " → " + shortened(results.stream().map(StepToolCall.FileSearch.Result::fileName).distinct()
                        .collect(Collectors.joining(", ")));
    }

    private static String call(String name, String arguments) {
        return "·   " + name + "(" + shortened(arguments) + ")";
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
