package dev.runnel.client;

import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.RequiredAction;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.testkit.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Streams of runs, as Runnel writes them: with a sequence number for each event. */
final class RunScripts {
    private RunScripts() {}

    static String runJson(String status) {
        return """
                {"id":"run_1","object":"thread.run","created_at":1,"assistant_id":"asst_1","thread_id":"thread_1",\
                "status":"%s","model":"m","temperature":1.0,"top_p":1.0}""".formatted(status);
    }

    static RunEvent run(String status) {
        return RunEvent.RunChanged.of(Json.read(runJson(status).getBytes(UTF_8), Run.class));
    }

    /** The run where it waits for the outputs of calls, each a name and its arguments; their ids are call_1, call_2, …. */
    static RunEvent requiresAction(String... namesAndArguments) {
        List<RequiredAction.FunctionToolCall> calls = new ArrayList<>();
        for (int i = 0; i < namesAndArguments.length; i += 2) {
            calls.add(new RequiredAction.FunctionToolCall("call_" + (i / 2 + 1),
                    new RequiredAction.FunctionToolCall.Call(namesAndArguments[i], namesAndArguments[i + 1])));
        }
        Run run = Json.read(runJson("in_progress").getBytes(UTF_8), Run.class);
        return RunEvent.RunChanged.of(run.change().requiresAction(RequiredAction.of(calls)).run());
    }

    static RunEvent text(String value) {
        return new RunEvent.MessageDelta("msg_1", List.of(new ContentDelta.Text(0, value, null)));
    }

    /** More events, numbered from {@code first}. */
    static Script events(Script before, long first, RunEvent... events) {
        SseWriter writer = new SseWriter();
        long seq = first;
        for (RunEvent event : events) {
            writer.event(seq++, event.name(), RunEvents.encode(event));
        }
        return before.raw(writer.toByteArray());
    }

    /** All of a run's events after a number, as Runnel streams them to whoever re-attaches. */
    static Script after(long number, RunEvent... all) {
        RunEvent[] rest = Arrays.copyOfRange(all, (int) number, all.length);
        return done(events(Script.sse(), number + 1, rest));
    }

    static Script done(Script before) {
        return before.raw(new SseWriter().doneEvent().toByteArray());
    }

    /** A whole run that says Hello: 5 events and the end. */
    static Script hello() {
        return done(
                events(Script.sse(), 1, run("queued"), run("in_progress"), text("Hel"), text("lo"), run("completed")));
    }
}
