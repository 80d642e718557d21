package dev.runnel.server;

import dev.runnel.server.base.ApiKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.NO_PAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The page's files, as they are served. */
@Timeout(30)
class PageFilesTest {
    /** The bytes that the browser may load for the page, in all. */
    private static final int MOST_BYTES = 60 * 1024;

    private static final Path SOURCES = Path.of("src/main/resources/dev/runnel/server/http/page");
    private static final String[] BROWSER = {"accept", "text/html,application/xhtml+xml,*/*;q=0.8", "accept-encoding",
        "gzip, br"};

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    private HttpResponse<byte[]> get(TestServer from, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + from.ownPort() + path));
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String unzipped(HttpResponse<byte[]> response) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(Files::isRegularFile).map(file -> SOURCES.relativize(file).toString()).sorted()
                    .toList();
        }
    }

    @Test
    void aBrowserGetsThePageAndNothingElseThatItCouldLoad() throws IOException, InterruptedException {
        HttpResponse<byte[]> page = get(server, "/", BROWSER);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "content-security-policy")).startsWith("default-src 'self';")
                .doesNotContain("unsafe", "http");
        assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(unzipped(page)).contains("<title>Runnel</title>").doesNotContain("<script>", "://", "style=");
    }

    /** Or the browser would learn of them one import after the other, a round trip each. */
    @Test
    void thePageNamesEveryModuleSoThatAllAreLoadedAtOnce() throws IOException, InterruptedException {
        String page = unzipped(get(server, "/", BROWSER));

        assertThat(files()).filteredOn(name -> name.endsWith(".js"))
                .allSatisfy(name -> assertThat(page).contains("\"page/" + name + "\""));
    }

    @Test
    void aProgramThatAsksForTheRootDoesNotGetHtml() throws IOException, InterruptedException {
        assertThat(header(get(server, "/", "accept", "*/*"), "content-type")).doesNotContain("html");
    }

    @Test
    void aFileIsSentOnceAndThenNotAsLongAsItIsTheSame() throws IOException, InterruptedException {
        HttpResponse<byte[]> first = get(server, "/page/app.js", BROWSER);
        HttpResponse<byte[]> again = get(server, "/page/app.js", "if-none-match", header(first, "etag"));
        HttpResponse<byte[]> plain = get(server, "/page/app.js");

        assertThat(header(first, "content-encoding")).isEqualTo("gzip");
        assertThat(header(first, "content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(new String(plain.body(), UTF_8)).isEqualTo(unzipped(first));
        assertThat(get(server, "/page/app.js", "if-none-match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void aCommentIsAnEmptyLineOnTheWireAndEveryOtherLineAsItIs() throws IOException, InterruptedException {
        for (String file : files().stream().filter(name -> name.endsWith(".js") && !name.startsWith("lib/")).toList()) {
            String[] source = Files.readString(SOURCES.resolve(file)).split("\n", -1);
            String[] sent = new String(get(server, "/page/" + file).body(), UTF_8).split("\n", -1);

            assertThat(sent).hasSameSizeAs(source);
            for (int i = 0; i < source.length; i++) {
                assertThat(sent[i]).as("%s line %d", file, i + 1).isIn(source[i], "");
                assertThat(sent[i]).doesNotStartWith("/**").doesNotStartWith("//");
                assertThat(sent[i].isEmpty()).as("%s line %d: %s", file, i + 1, source[i]).isEqualTo(
                        source[i].isEmpty() || source[i].strip().matches("(/\\*\\*?|\\*|//).*"));
            }
        }
    }

    @Test
    void allOfItIsSmall() throws IOException, InterruptedException {
        int bytes = 0;
        for (String file : files().stream().filter(name -> !name.endsWith(".txt")).toList()) {
            bytes += get(server, file.equals("index.html") ? "/" : "/page/" + file, BROWSER).body().length;
        }
        assertThat(bytes).isBetween(30_000, MOST_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/page/none.js", "/page/Page.class", "/page/../RunRoutes.class", "/page/%2e%2e/RunRoutes.class",
        "/page/lib/../app.js/",
        "/page/", "/page/lib/", "/page/app.js%00.txt"})
    void whatIsNoFileOfThePageIsNotThere(String path) throws IOException, InterruptedException {
        assertThat(get(server, path, BROWSER).statusCode()).isBetween(400, 404);
    }

    @Test
    void whereKeysAreAskedForThePageIsNotAskedForOne(@TempDir Path other) throws IOException, InterruptedException {
        try (TestServer keyed = TestServer.start(other,
                options -> options.with(API_KEYS, ApiKeys.of(List.of("k-0123456789abcdef"))))) {
            assertThat(get(keyed, "/", BROWSER).statusCode()).isEqualTo(200);
            assertThat(get(keyed, "/page/lib/preact.js", BROWSER).statusCode()).isEqualTo(200);
            assertThat(get(keyed, "/v1/threads").statusCode()).isEqualTo(401);
            assertThat(get(keyed, "/page/../v1/threads").statusCode()).isNotEqualTo(200);
        }
    }

    @Test
    void itCanBeLeftOut(@TempDir Path other) throws IOException, InterruptedException {
        try (TestServer bare = TestServer.start(other, options -> options.with(NO_PAGE, true))) {
            assertThat(new String(get(bare, "/", BROWSER).body(), UTF_8)).doesNotContain("app.js");
            assertThat(get(bare, "/page/app.js").statusCode()).isEqualTo(404);
        }
    }
}
