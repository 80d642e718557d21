package dev.runnel.server.http.chat;

import dev.runnel.model.ChatRelay;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.sse.SseWriter;
import dev.runnel.server.http.exchange.SseAnswer;
import dev.runnel.server.http1.HttpResponse;
import java.io.IOException;
import java.util.function.Consumer;

/** Writes the event streams of chat completions. */
final class ChatStreams {
    /** How much of a chat completion goes into one write, but for the data that is begun. */
    private static final int MAX_AT_ONCE = 32 * 1024;

    private ChatStreams() {}

    /**
     * Streams a chat completion until it ends. A failure before its first data is thrown, for an answer of its own; one on the way
     * becomes the stream's last data.
     *
     * @param broken told of a failure on the way
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
