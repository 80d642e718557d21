package dev.runnel.protocol;

import java.util.Map;

/** The readers of the protocol's unions. */
final class Unions {
    private Unions() {}

    static final class MessageContentReader extends UnionDeserializer<MessageContent> {
        private static final long serialVersionUID = 1L;

        MessageContentReader() {
            super(
                    MessageContent.class,
                    Map.of(
                            "text", MessageContent.Text.class,
                            "refusal", MessageContent.Refusal.class,
                            "image_file", MessageContent.ImageFile.class,
                            "image_url", MessageContent.ImageUrl.class),
                    MessageContent.Unknown::new);
        }
    }

    static final class ToolReader extends UnionDeserializer<Tool> {
        private static final long serialVersionUID = 1L;

        ToolReader() {
            super(
                    Tool.class,
                    Map.of(
                            "function", Tool.Function.class,
                            "code_interpreter", Tool.CodeInterpreter.class,
                            "file_search", Tool.FileSearch.class),
                    Tool.Unknown::new);
        }
    }

    static final class StepDetailsReader extends UnionDeserializer<StepDetails> {
        private static final long serialVersionUID = 1L;

        StepDetailsReader() {
            super(
                    StepDetails.class,
                    Map.of(
                            "message_creation", StepDetails.MessageCreation.class,
                            "tool_calls", StepDetails.ToolCalls.class),
                    StepDetails.Unknown::new);
        }
    }

    static final class StepToolCallReader extends UnionDeserializer<StepToolCall> {
        private static final long serialVersionUID = 1L;

        StepToolCallReader() {
            super(
                    StepToolCall.class,
                    Map.of(
                            "function", StepToolCall.Function.class,
                            "code_interpreter", StepToolCall.CodeInterpreter.class,
                            "file_search", StepToolCall.FileSearch.class),
                    StepToolCall.Other::new);
        }
    }

    static final class CodeOutputReader extends UnionDeserializer<StepToolCall.CodeInterpreter.Output> {
        private static final long serialVersionUID = 1L;

        CodeOutputReader() {
            super(
                    StepToolCall.CodeInterpreter.Output.class,
                    Map.of(
                            "logs", StepToolCall.CodeInterpreter.Logs.class,
                            "image", StepToolCall.CodeInterpreter.Image.class),
                    StepToolCall.CodeInterpreter.Unknown::new);
        }
    }

    static final class AnnotationReader extends UnionDeserializer<Annotation> {
        private static final long serialVersionUID = 1L;

        AnnotationReader() {
            super(
                    Annotation.class,
                    Map.of(
                            "file_citation", Annotation.FileCitation.class,
                            "file_path", Annotation.FilePath.class),
                    Annotation.Unknown::new);
        }
    }
}
