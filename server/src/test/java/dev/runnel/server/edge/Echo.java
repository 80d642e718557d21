package dev.runnel.server.edge;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Answers with the request's method, path and body; {@code /stream} in chunks of a letter, {@code /unread} without reading a body,
 * {@code /wait} when the gate is opened or its client hangs up, {@code /watched} at once but watching, {@code /fault} not at all.
 */
final class Echo implements HttpHandler {
    final CountDownLatch gate = new CountDownLatch(1);

    /** Signs of handlers that wait: that they have begun, and that they were interrupted. */
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException, InterruptedException {
        switch (request.path()) {
            case "/stream" -> stream(request, response);
            case "/unread" -> response.send(200, ascii("unread"));
            case "/fault" -> throw new AssertionError("a fault");
            case "/wait" -> waitFor(request, response);
            case "/watched" -> {
                byte[] body = request.body().readAllBytes();
                request.onHangUp(Thread.currentThread()::interrupt);
                response.send(200, ascii("watched " + body.length));
            }
            default -> {
                String body = new String(request.body().readAllBytes(), StandardCharsets.ISO_8859_1);
                boolean disturbed = Thread.currentThread().isInterrupted();
                response.send(200, ascii(
                        request.method() + " " + request.path() + " " + body + (disturbed ? " disturbed" : "")));
            }
        }
    }

    private static void stream(HttpRequest request, HttpResponse response) throws IOException {
        byte[] body = request.body().readAllBytes();
        request.onHangUp(Thread.currentThread()::interrupt);
        try (OutputStream out = response.stream(200)) {
            out.write(body);
            for (byte letter : ascii("abc")) {
                out.write(letter);
            }
        }
    }

    private void waitFor(HttpRequest request, HttpResponse response) throws IOException, InterruptedException {
        request.onHangUp(Thread.currentThread()::interrupt);
        seen.add("begun");
        try {
            gate.await();
        } catch (InterruptedException e) {
            seen.add("interrupted");
            throw e;
        }
        response.send(200, ascii("waited"));
    }

    @Override
    public void refuse(int status, String why, HttpResponse response) throws IOException {
        response.send(status, ascii(why));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
