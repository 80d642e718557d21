package dev.runnel.protocol.responses;

import dev.runnel.protocol.json.Json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Responses and their events as tests write them down. */
final class ResponseTexts {
    private ResponseTexts() {}

    /** A response as a server that leaves out much sends it. */
    static ResponseObject response(String status, String output) {
        return Json.read("""
                {"id": "resp_1", "object": "response", "created_at": 1, "status": "%s", "model": "m", "output": [%s]}"""
                .formatted(status, output).getBytes(UTF_8), ResponseObject.class);
    }

    static ResponseItem item(String json) {
        return Json.read(json.getBytes(UTF_8), ResponseItem.class);
    }

    /** An event under the name that its type is. */
    static ResponseEvent event(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return ResponseEvents.decode(Json.readTree(bytes).path("type").asText(), bytes);
    }

    static GrowingResponse fold(Iterable<ResponseEvent> events) {
        GrowingResponse fold = new GrowingResponse();
        events.forEach(fold::apply);
        return fold;
    }
}
