package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** Has a handler answer a request, and answers for it where it fails. Static and without state. */
public final class Handling {
    private static final System.Logger LOG = System.getLogger(Handling.class.getName());

    private Handling() {}

    /**
     * Answers one request. The response has begun afterwards, but may be incomplete.
     *
     * @param left runs when the handler has returned or has thrown
     * @return false if the server is stopping and the request was interrupted for that
     */
    public static boolean answer(HttpHandler handler, HttpRequest request, HttpResponse response, Runnable left)
            throws IOException {
        try {
            handler.handle(request, response);
        } catch (HttpException e) {
            if (!response.begun()) {
                response.close();
                handler.refuse(e.status(), String.valueOf(e.getMessage()), response);
            }
        } catch (InterruptedException e) {
            return false;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a handler failed", e);
        } finally {
            left.run();
        }
        if (!response.begun()) {
            response.close();
            handler.refuse(500, "the request was not answered", response);
        }
        return true;
    }
}
