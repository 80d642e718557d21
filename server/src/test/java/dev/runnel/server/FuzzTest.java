package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.testkit.RandomInput;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands of requests that are almost right, to every route: each is answered, with 2xx or a well-formed 4xx, and one that is
 * refused leaves nothing behind.
 */
class FuzzTest {
    private static final List<String> TABLES = List.of("assistants", "threads", "messages", "runs", "steps", "files",
            "thread_extras");

    private static final Path FOLDER = newFolder();
    private static final TestServer SERVER = TestServer.start(FOLDER);
    private static final Connection DATABASE = openDatabase();
    private static boolean changed = true;
    private static final FuzzFixtures FIXTURES = new FuzzFixtures(SERVER);

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Connection openDatabase() {
        try {
            return TestDatabases.connect(FOLDER);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    static void start() {
        SERVER.models().models("m");
        SERVER.models().answer(FuzzTest::reply);
    }

    private static Script reply(RecordedRequest request) {
        if (request.path().endsWith("/embeddings")) {
            return Script.json(200, "{\"object\": \"list\", \"data\": [], \"model\": \"m\","
                    + " \"usage\": {\"prompt_tokens\": 1, \"total_tokens\": 1}}");
        }
        boolean answered = request.json().path("tools").isEmpty()
                || request.json().path("messages").toString().contains("call_1");
        return answered ? Script.chat("Hello") : Script.toolCalls(ToolCall.of("call_1", "weather", "{}"));
    }

    @AfterAll
    static void stop() throws IOException, SQLException {
        DATABASE.close();
        SERVER.close();
        try (var files = Files.walk(FOLDER)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    @Test
    void everyRequestIsAnsweredAndARefusedOneLeavesNothing() {
        RandomInput.forAll(1_500, random -> isAnswered(random.of(FuzzRoute.ALL), FuzzChange.some(random)));
    }

    private static void isAnswered(FuzzRoute route, List<FuzzChange> changes) {
        if (changed) {
            FIXTURES.renew();
            changed = false;
        }
        List<Long> before = counts();
        FuzzRequest request = FuzzRequest.of(route, FIXTURES, changes);
        Answer answer = request.send(SERVER);

        assertThat(answer.status()).as("%s answered %s", request, answer.body()).isBetween(200, 499);
        if (answer.status() >= 300) {
            assertThat(answer.status()).as(request.toString()).isGreaterThanOrEqualTo(400);
            JsonNode error = answer.json().path("error");
            assertThat(error.fieldNames()).toIterable().as(answer.body())
                    .containsExactlyInAnyOrder("message", "type", "param", "code");
            assertThat(error.path("message").asText()).as(request.toString()).isNotBlank()
                    .doesNotContain("Exception", "dev.runnel");
            assertThat(counts()).as("after %s, which was refused", request).isEqualTo(before);
        } else if (!request.method().equals("GET")) {
            changed = true;
            settle();
        }
    }

    @Test
    void everyRouteIsAmongThem() {
        Set<String> described = new TreeSet<>();
        SERVER.openApi().path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(
                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        described.removeIf(route -> !route.contains(" /v1/")); // the others take nothing
        Set<String> here = new TreeSet<>();
        FuzzRoute.ALL.forEach(route -> here.add(route.method() + " /v1" + route.path().replaceAll("\\?.*", "")
                .replaceAll("[A-Z][A-Z_]*", "{}").replaceAll("(?<=/models/)m|(?<=/keys/)\\w+", "{}")));

        assertThat(here).isEqualTo(described.stream()
                .map(route -> route.replaceAll("\\{\\w+}", "{}"))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Waits until nothing moves: a run that was accepted goes on by itself. */
    private static void settle() {
        while (rows(
                "SELECT COUNT(*) FROM runs WHERE active AND json NOT LIKE '%\"status\":\"requires_action\"%'") > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<Long> counts() {
        return TABLES.stream().map(table -> rows("SELECT COUNT(*) FROM " + table)).toList();
    }

    private static long rows(String query) {
        try (Statement statement = DATABASE.createStatement(); ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }
}
