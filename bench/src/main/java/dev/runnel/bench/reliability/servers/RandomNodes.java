package dev.runnel.bench.reliability.servers;

import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends each request to a random node, as a load balancer does, and to the next one if that takes no connections. Thread-safe.
 */
final class RandomNodes implements Transport {
    private final SocketTransport sockets = new SocketTransport();
    private final List<Integer> ports;

    RandomNodes(List<Integer> ports) {
        this.ports = List.copyOf(ports);
    }

    @Override
    public Response send(Request request) throws IOException {
        int first = ThreadLocalRandom.current().nextInt(ports.size());
        ConnectException refused = new ConnectException("there is no node");
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get((first + i) % ports.size());
            try {
                return sockets.send(new Request(
                        request.method(), at(request.uri(), port), request.headers(), request.body(),
                        request.timeouts()));
            } catch (ConnectException e) {
                refused = e;
            }
        }
        throw refused;
    }

    private static URI at(URI uri, int port) {
        String query = uri.getRawQuery();
        return URI.create("http://127.0.0.1:" + port + uri.getRawPath() + (query == null ? "" : "?" + query));
    }

    @Override
    public void close() {
        sockets.close();
    }
}
