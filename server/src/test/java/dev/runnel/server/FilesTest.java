package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.options.ServerOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Files: what was uploaded comes back byte for byte, and what went wrong leaves nothing behind. */
@Timeout(180)
class FilesTest {
    private static final int MAX_FILE = 5_000_000;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder,
                options -> options.with(ServerOptions.MAX_FILE, (long) MAX_FILE).clock(now::get));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> stored() {
        return TestDatabases.storedFiles(folder);
    }

    private void assertNothingLeft() {
        assertThat(server.get("/files").ids()).isEmpty();
        long patience = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (!stored().isEmpty() && System.nanoTime() < patience) {
            Thread.onSpinWait(); // an upload that broke off is noticed in its own time
        }
        assertThat(stored()).isEmpty();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private String upload(String name) {
        return server.upload(Multipart.file(name, name)).id();
    }

    // ---- what works

    @Test
    void aFileIsDescribedAsTheHostedServiceDid() {
        Answer answer = server.upload(Multipart.file("a.txt", "some text"));
        JsonNode file = answer.ok();

        assertThat(answer.body()).matches("\\{\"object\":\"file\",\"id\":\"file-[A-Za-z0-9]{22}\","
                + "\"purpose\":\"assistants\",\"filename\":\"a.txt\",\"bytes\":9,\"created_at\":1800000000,"
                + "\"expires_at\":null,\"status\":\"processed\",\"status_details\":null}");
        assertThat(server.get("/files/" + file.path("id").asText()).ok()).isEqualTo(file);
        assertThat(server.get("/files").ok().path("data")).containsExactly(file);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 4_000_000, MAX_FILE})
    void contentComesBackByteForByte(int size) {
        byte[] bytes = random(size);
        JsonNode file = server.upload(Multipart.file("data.bin", bytes)).ok();
        HttpResponse<byte[]> content = server.download("/files/" + file.path("id").asText() + "/content");

        assertThat(file.path("bytes").asInt()).isEqualTo(size);
        assertThat(content.statusCode()).isEqualTo(200);
        assertThat(content.body()).isEqualTo(bytes);
        assertThat(content.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(content.headers().firstValueAsLong("content-length")).hasValue(size);
        assertThat(content.headers().firstValue("content-disposition"))
                .contains("attachment; filename=\"data.bin\"; filename*=UTF-8''data.bin");
    }

    @Test
    void whatLooksLikeABoundaryIsContent() {
        String tricky = "\r\n--" + Multipart.BOUNDARY.substring(1) + "\r\n--\r\n----" + "\r\n\r\n";
        String id = server.upload(Multipart.file("tricky", tricky)).id();

        assertThat(new String(server.download("/files/" + id + "/content").body(), StandardCharsets.UTF_8))
                .isEqualTo(tricky);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "filename=\"Übersicht 数据 🎈.txt\" | Übersicht 数据 🎈.txt",
        "filename=\"plain.txt\"; filename*=UTF-8''%C3%9Cbersicht%20%F0%9F%8E%88.txt | Übersicht 🎈.txt",
        "filename*=utf-8''na%C3%AFve.txt | naïve.txt",
        "filename=100%+5;=.txt | 100%+5",
        "filename=\"100%+5;=.txt\" | 100%+5;=.txt",
        "filename=\"C:\\folder\\a.txt\" | a.txt",
        "filename=\"../../etc/passwd\" | passwd",
        "filename=\"my \\\"best\\\" notes.txt\" | my \"best\" notes.txt",
        "filename=\"C:\\\\folder\\\\a.txt\" | a.txt",
        "filename*=UTF-8''100%.txt | 100%.txt",
        "filename*=UTF-8''%zz.txt | %zz.txt",
        "filename*=UTF-8''%C3%9Cber.txt; filename=\"plain.txt\" | Über.txt",
        "filename=\"plain.txt\"; filename*=KOI8-R''%C1.txt | plain.txt",
        "filename*=ISO-8859-1'de'%DCber.txt | Über.txt",
        "FileName=\"a.txt\" | a.txt"})
    void aFilesNameMayBeWrittenInAnyWay(String parameter, String name) {
        JsonNode file = server.upload(new Multipart()
                .raw("form-data; name=\"file\"; " + parameter, new byte[] {1})
                .field("purpose", "vision")).ok();

        assertThat(file.path("filename").asText()).isEqualTo(name);
        assertThat(server.get("/files/" + file.path("id").asText()).ok()).isEqualTo(file);
    }

    @Test
    void aHeaderMayBeFoldedAndABoundaryPadded() {
        JsonNode file = server.upload(new Multipart()
                .text("--" + Multipart.BOUNDARY + " \t \r\nContent-Disposition: form-data;\r\n name=\"file\";\r\n\t"
                        + "filename=\"a.txt\"\r\n\r\n \t x \r\n")
                .text("--" + Multipart.BOUNDARY + "\t\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n"
                        + "vision\r\n"))
                .ok();

        assertThat(file.path("filename").asText()).isEqualTo("a.txt");
        assertThat(server.download("/files/" + file.path("id").asText() + "/content").body())
                .asString(StandardCharsets.UTF_8).isEqualTo(" \t x ");
    }

    @Test
    void aNameIsHandedOutForThoseWhoKnowUnicodeAndThoseWhoDoNot() {
        String id = server.upload(Multipart.file("Über *a+b%.txt", "x")).id();

        assertThat(server.download("/files/" + id + "/content").headers().firstValue("content-disposition"))
                .contains("attachment; filename=\"_ber *a+b_.txt\"; filename*=UTF-8''%C3%9Cber%20%2Aa%2Bb%25.txt");
    }

    @Test
    void thePartsMayComeInAnyOrder() {
        Multipart last = new Multipart().part("file", "a.txt", new byte[] {7})
                .field("expires_after[seconds]", "3600").field("purpose", "user_data")
                .field("expires_after[anchor]", "created_at");
        JsonNode file = server.upload(last).ok();

        assertThat(file.path("purpose").asText()).isEqualTo("user_data");
        assertThat(file.path("expires_at").asLong()).isEqualTo(1_800_003_600);
    }

    @Test
    void filesAreListedInPagesAndByPurpose() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(upload("f" + i));
        }
        String seen = server.upload(new Multipart().field("purpose", "vision").part("file", "s.png", new byte[1])).id();

        assertThat(server.get("/files?purpose=assistants&order=asc").ids()).isEqualTo(all);
        assertThat(server.get("/files?purpose=vision").ids()).containsExactly(seen);
        assertThat(server.get("/files?purpose=batch").ids()).isEmpty();
        assertThat(server.get("/files").ids()).hasSize(6).startsWith(seen);
        JsonNode page = server.get("/files?order=asc&limit=2&after=" + all.get(1)).ok();
        assertThat(page.path("first_id").asText()).isEqualTo(all.get(2));
        assertThat(page.path("last_id").asText()).isEqualTo(all.get(3));
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(server.get("/files?limit=10000&after=" + all.getFirst()).ids()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"limit=0, 400, limit", "limit=10001, 400, limit", "order=up, 400, order",
        "after=file-none, 404, after"})
    void aListsParametersHaveLimits(String query, int status, String param) {
        Answer answer = server.get("/files?" + query);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
    }

    @Test
    void aDeletedFileIsGoneWithItsBytes() {
        String id = upload("a.txt");
        String other = upload("b.txt");

        assertThat(server.send("DELETE", "/files/" + id, "").ok())
                .isEqualTo(Answer.tree("{\"id\":\"" + id + "\",\"object\":\"file\",\"deleted\":true}"));

        assertNotFound(id);
        assertThat(server.get("/files?order=asc&after=" + id).ids()).containsExactly(other);
        assertThat(stored()).containsExactly(other);
    }

    private void assertNotFound(String id) {
        for (Answer answer : List.of(
                server.get("/files/" + id), server.get("/files/" + id + "/content"),
                server.send("DELETE", "/files/" + id, ""))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json()).isEqualTo(Answer.tree("{\"error\":{\"message\":\"No such File object: " + id
                    + "\",\"type\":\"invalid_request_error\",\"param\":\"id\",\"code\":null}}"));
        }
    }

    @Test
    void whatNeverWasIsNotFound() {
        assertNotFound("fake_id");
        assertNotFound("file-" + "0".repeat(22));
    }

    @Test
    void aFileThatExpiresIsGoneAtItsTime() {
        String id = server.upload(Multipart.file("a.txt", "x").field("expires_after[anchor]", "created_at")
                .field("expires_after[seconds]", "3600")).id();
        now.set(Instant.ofEpochSecond(1_800_003_599));
        assertThat(server.get("/files").ids()).containsExactly(id);
        assertThat(server.get("/files/" + id).status()).isEqualTo(200);

        now.set(Instant.ofEpochSecond(1_800_003_600));
        assertNotFound(id);
        assertNothingLeft();
    }

    @Test
    void filesOutliveTheServerAndWhatACrashLeftDoesNot() {
        byte[] bytes = random(100_000);
        String id = server.upload(Multipart.file("kept.bin", bytes)).id();
        TestDatabases.leaveFile(folder, "unfinished-1");
        TestDatabases.leaveFile(folder, "file-" + "x".repeat(22));

        server.restart();

        assertThat(server.download("/files/" + id + "/content").body()).isEqualTo(bytes);
        assertThat(stored()).containsExactly(id);
    }

    // ---- what does not

    static Stream<Arguments> wrong() {
        byte[] x = {'x'};
        return Stream.of(
                arguments(new Multipart().field("purpose", "assistants"), "file", "missing_required_parameter"),
                arguments(new Multipart().part("file", "a", x), "purpose", "missing_required_parameter"),
                arguments(new Multipart(), "null", "null"),
                arguments(Multipart.file("a", x).part("file", "b", x), "file", "invalid_value"),
                arguments(Multipart.file("a", x).field("purpose", "vision"), "purpose", "invalid_value"),
                arguments(Multipart.file("a", x).field("color", "red"), "color", "unknown_parameter"),
                arguments(new Multipart().field("color", "red").part("file", "a", random(1_000_000)), "color",
                        "unknown_parameter"),
                arguments(new Multipart().field("purpose", "assistants").field("file", "a"), "file", "invalid_type"),
                arguments(Multipart.file("", x), "file", "invalid_value"),
                arguments(Multipart.file("folder/", x), "file", "invalid_value"),
                arguments(Multipart.file("n".repeat(513), x), "file", "string_above_max_length"),
                arguments(new Multipart().field("purpose", "p".repeat(1_025)).part("file", "a", x), "purpose",
                        "string_above_max_length"),
                arguments(expiring("created_at", "3599"), "expires_after[seconds]", "integer_below_min_value"),
                arguments(expiring("created_at", "2592001"), "expires_after[seconds]", "integer_above_max_value"),
                arguments(expiring("created_at", "soon"), "expires_after[seconds]", "invalid_type"),
                arguments(expiring("last_active_at", "3600"), "expires_after[anchor]", "invalid_value"),
                arguments(Multipart.file("a", x).field("expires_after[seconds]", "3600"), "expires_after[anchor]",
                        "missing_required_parameter"),
                arguments(Multipart.file("a", x).field("expires_after[anchor]", "created_at"),
                        "expires_after[seconds]", "missing_required_parameter"),
                arguments(new Multipart().field("purpose", "fine-tune").part("file", "a", x), "purpose",
                        "unsupported_value"),
                arguments(new Multipart().part("file", "a", x).field("purpose", "cooking"), "purpose", "null"),
                arguments(new Multipart().raw("form-data", x), "null", "null"),
                arguments(new Multipart().raw("form-data; name=\"file\"; filename=\"" + "n".repeat(8_192) + "\"", x),
                        "null", "null"));
    }

    private static Multipart expiring(String anchor, String seconds) {
        return Multipart.file("a", new byte[1]).field("expires_after[anchor]", anchor)
                .field("expires_after[seconds]", seconds);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aFormThatIsWrongIsRefusedAndNothingIsLeft(Multipart form, String param, String code) {
        Answer answer = server.upload(form);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.error().path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
        assertThat(answer.error().path("code").asText()).isEqualTo(code);
        assertThat(answer.error().path("message").asText()).isNotBlank().doesNotContain("Exception", "apache");
        assertNothingLeft();
    }

    @Test
    void anUnknownPurposeIsRefusedInTheHostedServicesWords() {
        Answer answer = server.upload(new Multipart().part("file", "a", new byte[1]).field("purpose", "x"));

        assertThat(answer.error().path("message").asText()).isEqualTo(
                "'x' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/json", "multipart/form-data", "multipart/form-data; charset=utf-8",
        "multipart/mixed; boundary=x", "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=x"})
    void whatIsNoFormIsRefused(String contentType) throws IOException {
        byte[] body = Multipart.file("a", "x").body();
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send("POST /v1/files HTTP/1.1\r\nHost: localhost\r\n"
                    + (contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n")
                    + "Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n"
                    + new String(body, StandardCharsets.UTF_8));
            Answer answer = raw.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("message").asText())
                    .startsWith("We could not parse the multipart/form-data body of your request: ");
        }
        assertNothingLeft();
    }

    /** The form, without its end. More than a store keeps in memory. */
    private static String cutOff() {
        String whole = new String(Multipart.file("a.txt", "y".repeat(2_000_000)).body(), StandardCharsets.UTF_8);
        return whole.substring(0, whole.length() - 50);
    }

    private static String head(String more) {
        return "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary="
                + Multipart.BOUNDARY + "\r\n" + more + "\r\n\r\n";
    }

    @Test
    void aFormWithoutAnEndIsRefused() throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(head("Content-Length: " + cutOff().length()) + cutOff());
            assertThat(raw.readUntil("}}")).startsWith("HTTP/1.1 400").contains("We could not parse the multipart");
        }
        assertNothingLeft();
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws IOException {
        for (String length : new String[] {"Content-Length: 3000000", "Transfer-Encoding: chunked"}) {
            try (RawHttp raw = new RawHttp(server.port())) {
                raw.send(head(length) + (length.startsWith("T") ? "400000\r\n" : "") + cutOff());
                while (stored().isEmpty()) {
                    Thread.onSpinWait(); // until it has begun
                }
            }
            assertNothingLeft();
        }
    }

    @Test
    void aFileThatIsTooLargeIsRefusedThoughTheClientGoesOnSending() {
        for (int over : new int[] {1, 100_000, 10_000_000}) {
            Answer answer = server.upload(Multipart.file("large", random(MAX_FILE + over)));
            assertTooLarge(answer);
            assertNothingLeft();
        }
    }

    private static void assertTooLarge(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(413);
        assertThat(answer.headers().firstValue("connection")).get().asString().isEqualToIgnoringCase("close");
        assertThat(answer.error().path("type").asText()).isEqualTo("server_error");
        assertThat(answer.error().path("message").asText())
                .matches("Maximum content size limit \\(5000000\\) exceeded \\(\\d+ bytes read\\)");
    }

    @Test
    void aBodyOfUnknownLengthHasTheSameLimit() throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(head("Transfer-Encoding: chunked"));
            String chunk = "186a0\r\n" + "z".repeat(100_000) + "\r\n";
            String begin = "--" + Multipart.BOUNDARY
                    + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
            raw.send(Integer.toHexString(begin.length()) + "\r\n" + begin + "\r\n");
            for (int i = 0; i < 60; i++) {
                raw.send(chunk);
            }
            raw.send("0\r\n\r\n");
            assertTooLarge(raw.answer());
        }
        assertNothingLeft();
    }

    @Test
    void whoLooksForAnAnswerOnlyAfterSendingGetsIt() throws IOException {
        byte[] form = Multipart.file("large", "z".repeat(4 * MAX_FILE)).body();
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(head("Content-Length: " + form.length) + new String(form, StandardCharsets.UTF_8));
            assertTooLarge(raw.answer());
        }
        assertNothingLeft();
    }

    @Test
    void whoAsksBeforeSendingIsRefusedBeforeSending() throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(head("Expect: 100-continue\r\nContent-Length: 600000000000"));
            assertTooLarge(raw.answer());
        }
        assertNothingLeft();
    }
}
