package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;

/** A run that a test needs ended. */
final class EndedRun {
    private EndedRun() {}

    /** A run of an assistant with this model. */
    static Run of(RunnelClient client, String model) {
        RunRequest request = RunRequest
                .builder(client.assistants().create(AssistantRequest.builder(model).build()).id())
                .thread(ThreadRequest.of(MessageRequest.user("Hi"))).build();
        Run created = client.runs().createWithThread(request);
        return client.runs().await(created.threadId(), created.id());
    }
}
