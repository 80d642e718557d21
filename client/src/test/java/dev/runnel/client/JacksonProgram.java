package dev.runnel.client;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.math.BigDecimal;
import java.util.List;

/** Reads and writes JSON in each of the ways that the client has. */
final class JacksonProgram {
    record Place(String cityName) {}

    record Answer(String skyColor, BigDecimal degrees) {}

    private JacksonProgram() {}

    public static void main(String[] args) {
        try (RunnelClient client = RunnelClient.builder().baseUrl(args[0]).build()) {
            System.out.println("jackson " + PackageVersion.VERSION);
            ChatRequest question = ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();
            Tools tools = Tools.of(FunctionTool.of("weather", "Tells the weather", Place.class, place -> {
                System.out.println("asked for " + place.cityName());
                return new Answer("blue", new BigDecimal("20.50"));
            }));
            System.out.println(
                    client.chat().create(question, Answer.class, ChatOptions.DEFAULT.withTools(tools)).reply());
            Assistant assistant = client.assistants().create(AssistantRequest.builder("m").build());
            System.out.println(assistant.id() + " " + assistant.tools());
            try (RunStream stream = client.runs().stream("thread_1", RunRequest.builder(assistant.id()).build())) {
                stream.textDeltas().forEach(System.out::print);
                System.out.println(" " + stream.finalRun().status().wire());
            }
            for (AssistantThread thread : client.threads().list()) {
                System.out.println(thread.id());
            }
        }
    }
}
