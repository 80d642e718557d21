package dev.runnel.bench.reliability;

import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.Tool;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The sides that talk to the server. Thread-safe.
 *
 * @param patient sends what makes something again and again, with a key, until it is answered
 * @param plain   tries once
 * @param raw     reads streams as they are on the wire
 */
record Clients(RunnelClient patient, RunnelClient plain, RawStreams raw) implements AutoCloseable {
    private static final int TRIES = 12;

    static Clients of(URI server) {
        return of(server, SocketTransport::new);
    }

    /** Clients that send by transports of their own. */
    static Clients of(URI server, Supplier<Transport> transport) {
        return new Clients(
                client(server).transport(transport.get()).idempotencyKeys(true).maxRetries(TRIES).build(),
                client(server).transport(transport.get()).maxRetries(0).build(),
                new RawStreams(server, transport.get()));
    }

    private static RunnelClient.Builder client(URI server) {
        return RunnelClient.builder().baseUrl(server.toString()).apiKey(null).connectTimeout(Duration.ofSeconds(2))
                .responseTimeout(Duration.ofSeconds(30));
    }

    /** A new assistant's id. */
    String newAssistant() {
        return patient.assistants().create(AssistantRequest.builder("paced").build()).id();
    }

    /** The id of a new one that may call a function. */
    String newCallingAssistant() {
        Tool note = new Tool.Function(new FunctionDefinition("note", "Notes words.", null, null));
        return patient.assistants().create(AssistantRequest.builder("paced").tools(List.of(note)).build()).id();
    }

    @Override
    public void close() {
        patient.close();
        plain.close();
        raw.close();
    }
}
