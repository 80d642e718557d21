package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.edge.http2.hpack.HeaderDecoder.HeaderList;
import dev.runnel.server.edge.wire.Overload;
import dev.runnel.server.edge.wire.RequestHead;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * A request whose head came, and who answers it.
 *
 * @param length the body's length, if the client announced it
 * @param hasBody whether a body follows the head
 * @param malformed whether the head breaks a rule of HTTP/2
 */
record OpenedRequest(
        RequestHead head, OptionalLong length, boolean hasBody, HttpHandler handler, boolean malformed) {

    /** Stands for a head that cannot be read. */
    private static final RequestHead UNREADABLE = new RequestHead("GET", "/", false, List.of());

    /** A request with these fields. If the fields are no head, the answer says so. */
    static OpenedRequest of(HeaderList fields, boolean hasBody, HttpHandler handler) {
        try {
            RequestHead head = RequestHeads.of(fields);
            OptionalLong length = RequestHeads.length(head, hasBody);
            return new OpenedRequest(head, length, hasBody, handler, false);
        } catch (HttpException e) {
            return new OpenedRequest(
                    UNREADABLE, OptionalLong.empty(), hasBody, new Refusing(handler, e), e.status() == 400);
        }
    }

    /** The same request, answered with the news that the server has no capacity for it. */
    OpenedRequest overloaded() {
        return new OpenedRequest(head, length, hasBody, new Overloaded(handler), malformed);
    }

    /** Answers each request with one refusal. */
    private record Refusing(HttpHandler handler, HttpException refusal) implements HttpHandler {
        @Override
        public void handle(HttpRequest request, HttpResponse response) throws IOException {
            throw refusal;
        }

        @Override
        public void refuse(int status, String why, HttpResponse response) throws IOException {
            handler.refuse(status, why, response);
        }
    }

    /** Answers each request with the news that the server is full. */
    private record Overloaded(HttpHandler handler) implements HttpHandler {
        @Override
        public void handle(HttpRequest request, HttpResponse response) throws IOException {
            Overload.answer(response);
        }

        @Override
        public void refuse(int status, String why, HttpResponse response) throws IOException {
            handler.refuse(status, why, response);
        }
    }
}
