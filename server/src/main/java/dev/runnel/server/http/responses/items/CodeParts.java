package dev.runnel.server.http.responses.items;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.StepToolCall;
import java.util.ArrayList;
import java.util.List;

/** The output of code that was run. */
public final class CodeParts {
    private CodeParts() {}

    /** The outputs of a call. An image is at the path where its file's content is. */
    public static List<JsonValue> outputs(StepToolCall.CodeInterpreter call) {
        List<JsonValue> outputs = new ArrayList<>();
        for (StepToolCall.CodeInterpreter.Output output : call.codeInterpreter().outputs()) {
            switch (output) {
                case StepToolCall.CodeInterpreter.Logs logs ->
                        outputs.add(CitedParts.part("logs", "logs", logs.logs()));
                case StepToolCall.CodeInterpreter.Image image -> outputs.add(
                        CitedParts.part("image", "url", "/v1/files/" + image.image().fileId() + "/content"));
                case StepToolCall.CodeInterpreter.Unknown _ -> {
                }
            }
        }
        return outputs;
    }
}
