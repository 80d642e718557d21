package example;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/** With Spring WebFlux: a publisher of the client's is a {@link Flux}. Back pressure and cancelling reach the model server. */
@RestController
public class FluxController {
    private final RunnelClient client;

    FluxController(RunnelClient client) {
        this.client = client;
    }

    @GetMapping(path = "/flux", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> ask(@RequestParam("q") String question) {
        ChatRequest request = ChatRequest.builder("demo", List.of(ChatMessage.user(question))).build();
        return JdkFlowAdapter.flowPublisherToFlux(client.chat().publish(request))
                .map(ChatChunk::text)
                .filter(text -> !text.isEmpty());
    }
}
