package example;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** With Spring MVC: the client reads on a thread of its own, and an {@link SseEmitter} sends each text. */
@RestController
public class EmitterController {
    private final RunnelClient client;

    EmitterController(RunnelClient client) {
        this.client = client;
    }

    @GetMapping("/emitter")
    SseEmitter ask(@RequestParam("q") String question) {
        ChatRequest request = ChatRequest.builder("demo", List.of(ChatMessage.user(question))).build();
        SseEmitter emitter = new SseEmitter(0L); // no timeout: the client has its own
        CompletableFuture<ChatCompletion> reply = client.chat().streamAsync(request,
                chunk -> send(emitter, chunk.text()));
        emitter.onError(gone -> reply.cancel(true)); // the browser left: the model stops
        reply.whenComplete((completion, failure) -> {
            if (failure == null) {
                emitter.complete();
            } else {
                emitter.completeWithError(failure);
            }
        });
        return emitter;
    }

    private static void send(SseEmitter emitter, String text) {
        try {
            emitter.send(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // ends the stream, too
        }
    }
}
