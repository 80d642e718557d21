package dev.runnel.server.http.page;

import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import java.io.IOException;
import java.util.Map;

/** Serves the web page: {@code /} for browsers, and the page's files below {@code /page/}. Thread-safe. */
public final class WebPage {
    private static final String PREFIX = "/page/";

    /**
     * The content security policy. It forbids content from other hosts, scripts within the HTML, code that turns text
     * into HTML, and frames in other pages. Images of messages are blobs, because the browser cannot send the key when
     * it loads an image itself.
     */
    private static final String POLICY = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache",
            "Vary", "Accept, Accept-Encoding",
            "Content-Security-Policy", POLICY,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");

    private final PageFiles files = new PageFiles();

    /** The page. */
    public WebPage() {}

    /**
     * Answers a request for the page or one of its files. They are the same for everybody, so they need no key, and
     * pages of other sites may link to them.
     *
     * @return whether the request was for the page; if not, nothing was sent
     */
    public boolean answer(HttpRequest request, HttpResponse response) throws IOException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return false;
        }
        String path = request.path();
        boolean root = path.equals("/") && has(request, "Accept", "text/html");
        String name = root ? "index.html" : path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
        PageFile file = files.find(name).orElse(null);
        if (file == null) {
            return false;
        }
        HEADERS.forEach(response::header);
        response.header("ETag", file.etag());
        if (has(request, "If-None-Match", file.etag())) {
            response.send(304, new byte[0]);
            return true;
        }
        response.header("Content-Type", file.type());
        boolean compressed = has(request, "Accept-Encoding", "gzip");
        if (compressed) {
            response.header("Content-Encoding", "gzip");
        }
        response.send(200, compressed ? file.gzip() : file.bytes());
        return true;
    }

    private static boolean has(HttpRequest request, String header, String value) {
        return request.header(header).filter(it -> it.contains(value)).isPresent();
    }
}
