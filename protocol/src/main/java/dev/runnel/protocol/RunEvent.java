package dev.runnel.protocol;

import java.util.List;

/**
 * An event of a run's stream. {@link RunEvents} reads and writes events.
 *
 * <p>Unknown events are kept, not dropped: a newer server may send more kinds than this version lists.
 */
public sealed interface RunEvent {

    /** The event's name on the wire. */
    String name();

    /** A thread was created for this run: the first event of a create-thread-and-run. */
    record ThreadCreated(AssistantThread thread) implements RunEvent {
        @Override
        public String name() {
            return "thread.created";
        }
    }

    /** The run changed. The snapshot replaces the earlier one. */
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

    /** A run step changed. The snapshot replaces the earlier one. */
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

    /** A message changed. The snapshot replaces the earlier one. */
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

    /** The stream broke off because of a server error. The run itself may go on. */
    record Failed(ApiError error) implements RunEvent {
        @Override
        public String name() {
            return "error";
        }
    }

    /** The regular end of the stream: the run is terminal or requires action. */
    record Done() implements RunEvent {
        @Override
        public String name() {
            return "done";
        }
    }

    /** An event this version does not know; its data is text if it is not JSON. */
    record Unknown(String name, JsonValue data) implements RunEvent {}
}
