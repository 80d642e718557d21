package dev.runnel.bench.reliability;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;

import static java.nio.charset.StandardCharsets.UTF_8;

/** An event as it came over the wire. */
record SeenEvent(long number, String name, String data) {
    /** Whether the run waits for outputs from here on. */
    boolean requiresAction() {
        return name.equals("thread.run.requires_action");
    }

    /** Whether a function call grows by it. */
    boolean growsCall() {
        return name.equals("thread.run.step.delta");
    }

    RunEvent decoded() {
        return RunEvents.decode(name, data.getBytes(UTF_8));
    }
}
