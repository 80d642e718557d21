package dev.runnel.bench.reliability;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;

import static java.nio.charset.StandardCharsets.UTF_8;

/** An event as it came over the wire. */
record SeenEvent(long number, String name, String data) {
    RunEvent decoded() {
        return RunEvents.decode(name, data.getBytes(UTF_8));
    }
}
