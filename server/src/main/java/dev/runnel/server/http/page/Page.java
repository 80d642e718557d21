package dev.runnel.server.http.page;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** The routes of the page: {@code /} for browsers, and the page's files below {@code /page/}. */
public final class Page {
    /** What asks for no key: the files are the same for everybody, and the page asks for the key itself. */
    public static final String PREFIX = "/page/";

    /**
     * Nothing from other hosts, no script in the HTML, nothing that makes HTML of text, and no page of others around it. An image of a
     * message is a blob: the browser cannot send the key for it.
     */
    private static final String POLICY = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private final PageFiles files = new PageFiles();

    private Page() {}

    /** Adds the routes. A client at {@code /} that does not ask for HTML is left to the routes after these. */
    public static void register(HttpRouting.Builder routing) {
        Page page = new Page();
        routing.get("/", (request, response) -> {
            if (request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/html")) {
                page.send(request, response, "index.html");
            } else {
                response.next();
            }
        });
        routing.get(PREFIX + "{+name}", (request, response) -> page.send(request, response,
                request.path().pathParameters().get("name")));
    }

    private void send(ServerRequest request, ServerResponse response, String name) {
        PageFile file = files.find(name).orElse(null);
        if (file == null) {
            response.next();
            return;
        }
        response.header(HeaderNames.ETAG, file.etag());
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        response.header(HeaderNames.VARY, "Accept, Accept-Encoding");
        response.header(HeaderNames.create("content-security-policy"), POLICY);
        response.header(HeaderNames.create("x-content-type-options"), "nosniff");
        response.header(HeaderNames.create("referrer-policy"), "no-referrer");
        if (request.headers().first(HeaderNames.IF_NONE_MATCH).orElse("").contains(file.etag())) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, file.type());
        if (request.headers().first(HeaderNames.ACCEPT_ENCODING).orElse("").contains("gzip")) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
            response.send(file.gzip());
        } else {
            response.send(file.bytes());
        }
    }
}
