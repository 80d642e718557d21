package dev.runnel.protocol;

import java.util.List;

/**
 * What a run's stream can say. {@link RunEvents} reads and writes them.
 *
 * <p>Unknown events are kept, not dropped: a newer server may send more kinds than are listed here.
 */
public sealed interface RunEvent {

    /** The event's name on the wire. */
    String name();

    /** A thread was made for this run: the first event of a create-thread-and-run. */
    record ThreadCreated(AssistantThread thread) implements RunEvent {
        @Override
        public String name() {
            return "thread.created";
        }
    }

    /** The run changed; the snapshot replaces what was known. */
    record RunChanged(String name, Run run) implements RunEvent {
        /** The run as it was created. */
        public static RunChanged created(Run run) {
            return new RunChanged("thread.run.created", run);
        }

        /** The run after a change of its status, which gives the event its name. */
        public static RunChanged of(Run run) {
            return new RunChanged("thread.run." + run.status().wire(), run);
        }
    }

    /** A run step changed; the snapshot replaces what was known. */
    record StepChanged(String name, RunStep step) implements RunEvent {
        /** The step as it was created. */
        public static StepChanged created(RunStep step) {
            return new StepChanged("thread.run.step.created", step);
        }

        /** The step after a change of its status, which gives the event its name. */
        public static StepChanged of(RunStep step) {
            return new StepChanged("thread.run.step." + step.status().wire(), step);
        }
    }

    /** A tool-call step grew. */
    record StepDelta(String stepId, List<ToolCallDelta> toolCalls) implements RunEvent {
        /** Keeps an unchangeable copy. */
        public StepDelta {
            toolCalls = List.copyOf(toolCalls);
        }

        @Override
        public String name() {
            return "thread.run.step.delta";
        }
    }

    /** A message changed; the snapshot replaces what was known. */
    record MessageChanged(String name, Message message) implements RunEvent {
        /** The message as it was created. */
        public static MessageChanged created(Message message) {
            return new MessageChanged("thread.message.created", message);
        }

        /** The message after a change of its status, which gives the event its name. */
        public static MessageChanged of(Message message) {
            return new MessageChanged("thread.message." + message.status().wire(), message);
        }
    }

    /** A message grew. */
    record MessageDelta(String messageId, List<ContentDelta> content) implements RunEvent {
        /** Keeps an unchangeable copy. */
        public MessageDelta {
            content = List.copyOf(content);
        }

        @Override
        public String name() {
            return "thread.message.delta";
        }

        /** The text it adds, of all parts; empty if it adds none. */
        public String text() {
            if (content.size() == 1 && content.get(0) instanceof ContentDelta.Text only) {
                return only.value();
            }
            StringBuilder text = new StringBuilder();
            for (ContentDelta part : content) {
                if (part instanceof ContentDelta.Text t) {
                    text.append(t.value());
                }
            }
            return text.toString();
        }
    }

    /** The stream broke off by an error of the server's. The run itself may go on. */
    record Failed(ApiError error) implements RunEvent {
        @Override
        public String name() {
            return "error";
        }
    }

    /** The stream ends here as it should: the run is terminal or requires action. */
    record Done() implements RunEvent {
        @Override
        public String name() {
            return "done";
        }
    }

    /** An event this version does not know; its data as text if it is no JSON. */
    record Unknown(String name, JsonValue data) implements RunEvent {}
}
