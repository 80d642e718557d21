package dev.runnel.server.http.chat;

import dev.runnel.model.ChatRelay;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.http.exchange.SseAnswer;
import java.io.IOException;
import java.util.function.Consumer;

/** Writes the event streams of chat completions. */
final class ChatStreams {
    /** The size in bytes at which a write is full. The last event added may exceed it. */
    private static final int MAX_AT_ONCE = 32 * 1024;

    private ChatStreams() {}

    /**
     * Streams a chat completion until it ends. A failure before the first data is thrown, so that it becomes the whole
     * answer. A later failure becomes the stream's last data.
     *
     * @param broken called with a later failure
     */
    static void write(HttpResponse response, ChatRelay relay, Consumer<ModelException> broken) throws IOException {
        byte[] first = relay.next();
        SseWriter sse = new SseWriter();
        SseAnswer answer = SseAnswer.begin(response);
        try {
            for (byte[] data = first; data != null; data = relay.next()) {
                sse.data(data);
                for (byte[] more; sse.size() < MAX_AT_ONCE && (more = relay.nextArrived()) != null;) {
                    sse.data(more);
                }
                answer.send(sse);
            }
            answer.send(sse.doneData());
        } catch (ModelException e) {
            broken.accept(e);
            answer.send(sse.data(ApiError.serverError(String.valueOf(e.getMessage())).toJson()));
        }
        answer.end();
    }
}
