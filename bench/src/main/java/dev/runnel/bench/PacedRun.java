package dev.runnel.bench;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.sse.SseWriter;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The events of a run that writes one message, as Runnel writes them: each with its number and name. For one use. */
final class PacedRun {
    private static final String OF_THE_RUN = "'created_at':1,'assistant_id':'asst_1','thread_id':'thread_paced'";

    private final int tokens;
    private long lastNumber;

    PacedRun(int tokens) {
        this.tokens = tokens;
    }

    PacedEvents events() {
        List<byte[]> opening = List.of(
                event(new RunEvent.ThreadCreated(
                        read("{'id':'thread_paced','object':'thread','created_at':1}", AssistantThread.class))),
                event(RunEvent.RunChanged.created(run("queued"))),
                event(RunEvent.RunChanged.of(run("queued"))),
                event(RunEvent.RunChanged.of(run("in_progress"))),
                event(RunEvent.StepChanged.created(step("in_progress"))),
                event(RunEvent.StepChanged.of(step("in_progress"))),
                event(RunEvent.MessageChanged.created(message("in_progress", ""))),
                event(RunEvent.MessageChanged.of(message("in_progress", ""))));
        List<byte[]> deltas = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            String token = " t" + i;
            text.append(token);
            deltas.add(event(
                    new RunEvent.MessageDelta("msg_paced", List.of(new ContentDelta.Text(0, token, null)))));
        }
        List<byte[]> ending = List.of(
                event(RunEvent.MessageChanged.of(message("completed", text.toString()))),
                event(RunEvent.StepChanged.of(step("completed"))),
                event(RunEvent.RunChanged.of(run("completed"))),
                new SseWriter().doneEvent().toByteArray());
        return new PacedEvents(opening, deltas, ending);
    }

    private byte[] event(RunEvent event) {
        return new SseWriter().event(++lastNumber, event.name(), RunEvents.encode(event)).toByteArray();
    }

    private static Run run(String status) {
        return read("{'id':'run_paced','object':'thread.run'," + OF_THE_RUN + ",'status':'" + status
                + "','model':'paced'}", Run.class);
    }

    private static RunStep step(String status) {
        return read("{'id':'step_paced','object':'thread.run.step','run_id':'run_paced'," + OF_THE_RUN + ",'status':'"
                + status + "','type':'message_creation','step_details':{'type':'message_creation',"
                + "'message_creation':{'message_id':'msg_paced'}}}", RunStep.class);
    }

    private static Message message(String status, String text) {
        String content = text.isEmpty() ? "" : "{'type':'text','text':{'value':'" + text + "','annotations':[]}}";
        return read("{'id':'msg_paced','object':'thread.message','run_id':'run_paced','role':'assistant',"
                + OF_THE_RUN + ",'status':'" + status + "','content':[" + content + "]}", Message.class);
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.read(json.replace('\'', '"').getBytes(UTF_8), type);
    }
}
