package dev.runnel.client;

import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.testkit.Script;
import java.util.Arrays;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Streams of responses, as Runnel writes them. */
final class ResponseScripts {
    static final String MESSAGE = """
            {"id":"msg_1","type":"message","status":"%s","role":"assistant","content":[%s]}""";

    /** A whole response that says Hello!: 7 events. */
    static final ResponseEvent[] LOG = {
        changed("created", 0, "in_progress", ""),
        changed("in_progress", 1, "in_progress", ""),
        new ResponseEvent.ItemChanged("response.output_item.added", 2, 0, item(MESSAGE.formatted("in_progress", ""))),
        text(3, "Hel"), text(4, "lo"), text(5, "!"),
        changed("completed", 6, "completed", said("Hello!"))};

    private ResponseScripts() {}

    static String json(String id, String status, String output) {
        return """
                {"id":"%s","object":"response","created_at":1,"status":"%s","model":"m","instructions":"Be brief.",\
                "output":[%s],"tools":[],"parallel_tool_calls":true,"temperature":1.0,"top_p":1.0}"""
                .formatted(id, status, output);
    }

    static ResponseObject response(String id, String status, String output) {
        return Json.read(json(id, status, output).getBytes(UTF_8), ResponseObject.class);
    }

    static ResponseItem item(String json) {
        return Json.read(json.getBytes(UTF_8), ResponseItem.class);
    }

    /** A completed message. */
    static String said(String text) {
        return MESSAGE.formatted("completed", """
                {"type":"output_text","text":"%s","annotations":[],"logprobs":[]}""".formatted(text));
    }

    static String call(String callId, String name, String arguments) {
        return """
                {"id":"fc_%s","type":"function_call","call_id":"%s","name":"%s","arguments":"%s","status":"completed"}"""
                .formatted(callId, callId, name, arguments.replace("\"", "\\\""));
    }

    static ResponseEvent changed(String name, long number, String status, String output) {
        return changed("resp_1", name, number, status, output);
    }

    static ResponseEvent changed(String id, String name, long number, String status, String output) {
        return new ResponseEvent.Changed("response." + name, number, response(id, status, output));
    }

    static ResponseEvent text(long number, String delta) {
        return new ResponseEvent.TextDelta(
                "response.output_text.delta", number, "msg_1", 0, 0, delta, List.of());
    }

    static Script events(Script before, ResponseEvent... events) {
        SseWriter writer = new SseWriter();
        for (ResponseEvent event : events) {
            writer.event(event.sequenceNumber(), event.type(), Json.write(event));
        }
        return before.raw(writer.toByteArray());
    }

    static Script done(Script before) {
        return before.raw(new SseWriter().doneData().toByteArray());
    }

    /** A whole stream. */
    static Script stream(ResponseEvent... events) {
        return done(events(Script.sse(), events));
    }

    /** All of a response's events after a number. */
    static Script after(long number, ResponseEvent... all) {
        return stream(Arrays.copyOfRange(all, (int) number + 1, all.length));
    }

    /** A response that ends with calls. */
    static Script calling(String id, String... calls) {
        return stream(
                changed(id, "created", 0, "in_progress", ""),
                changed(id, "completed", 1, "completed", String.join(",", calls)));
    }
}
