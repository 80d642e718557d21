package dev.runnel.testkit;

import java.io.IOException;
import java.net.Socket;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the server. A reader thread takes requests and, for as long as nothing else comes in, notices
 * that the peer has left; each request's script is played on a thread of its own, one after the other.
 */
final class Connection {
    private final Socket socket;
    private final Function<RecordedRequest, Script> scripts;
    private volatile @Nullable RecordedRequest current;

    Connection(Socket socket, Function<RecordedRequest, Script> scripts) {
        this.socket = socket;
        this.scripts = scripts;
    }

    /** Serves until either side closes the connection. */
    void serve() {
        var player = new Thread();
        try (socket) {
            socket.setTcpNoDelay(true);
            var reader = new RequestReader(socket.getInputStream(), socket.getOutputStream());
            for (var request = reader.next(); request != null; request = reader.next()) {
                player.join();
                player = play(request);
            }
        } catch (IOException | InterruptedException e) {
            // Either side closed the connection.
        } finally {
            peerLeft();
            player.interrupt();
        }
    }

    private Thread play(RecordedRequest request) {
        current = request;
        var player = new Thread(() -> {
            try {
                scripts.apply(request).play(new Response(socket, request));
            } catch (IOException | InterruptedException e) {
                request.peerLeft();
            }
        }, "scripted-model-player");
        player.setDaemon(true);
        player.start();
        return player;
    }

    private void peerLeft() {
        var request = current;
        if (request != null) {
            request.peerLeft();
        }
    }

    /** Cuts the connection; a script that is running ends at once, and not because the peer left. */
    void close() {
        var request = current;
        if (request != null) {
            request.scriptEnded();
        }
        try {
            socket.close();
        } catch (IOException e) {
            // Closed all the same.
        }
    }
}
