package dev.runnel.server.store.rows;

import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.Sql;
import dev.runnel.server.time.SystemTimers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page of a list costs the same however long the list is: an index has all that is asked for, in the order in which it is asked for,
 * so that no row is read in vain and none is sorted.
 */
@Timeout(180)
class QueryPlanTest {
    private static final String CURSOR = "gone_1";
    private static final Pattern CONDITION = Pattern.compile("(\\w+) ([=<>]) \\?");

    @TempDir
    Path folder;

    /** A list, and what it is of. */
    record Listed(String name, String scope, Query query) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Query {
        void page(Sql sql, PageRequest page) throws SQLException;
    }

    static final List<Listed> LISTS = List.of(
            new Listed("assistants", "p", (sql, page) -> Store.assistants(sql, "p", page)),
            new Listed("threads", "p", (sql, page) -> Store.threads(sql, "p", page)),
            new Listed("messages", "thread_1", (sql, page) -> Store.messages(sql, "thread_1", null, page)),
            new Listed("messages of a run", "thread_1", (sql, page) -> Store.messages(sql, "thread_1", "run_1", page)),
            new Listed("runs", "thread_1", (sql, page) -> Store.runs(sql, "thread_1", page)),
            new Listed("steps", "run_1", (sql, page) -> Store.steps(sql, "run_1", page)),
            new Listed("files", "p", (sql, page) -> FileRows.page(sql, "p", null, page)),
            new Listed("files of a purpose", "p", (sql, page) -> FileRows.page(sql, "p", "vision", page)),
            new Listed("stores", "p", (sql, page) -> VectorStoreRows.list(sql, "p", page, 1)),
            new Listed("files of a store", "vs_1", (sql, page) -> StoreFileRows.list(sql, "vs_1", null, null, page)),
            new Listed("failed files of a store", "vs_1",
                    (sql, page) -> StoreFileRows.list(sql, "vs_1", null, StoreFileStatus.FAILED, page)),
            new Listed("files of a batch", "vs_1", (sql, page) -> StoreFileRows.list(sql, "vs_1", "b", null, page)),
            new Listed("failed files of a batch", "vs_1",
                    (sql, page) -> StoreFileRows.list(sql, "vs_1", "b", StoreFileStatus.FAILED, page)));

    @ParameterizedTest
    @FieldSource("LISTS")
    void aPageIsFoundByAnIndex(Listed list) throws SQLException {
        Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get()).database().close();
        Set<String> queries = new LinkedHashSet<>();
        try (Sql sql = new Sql(noting(queries), false)) {
            sql.update("INSERT INTO deleted (id, scope, place) VALUES (?, ?, 1)", CURSOR, list.scope());
            for (PageRequest page : pages()) {
                list.query().page(sql, page);
            }
        }
        List<String> pages = queries.stream().filter(query -> query.startsWith("SELECT json")).toList();
        assertThat(pages).hasSize(4);
        for (String page : pages) {
            assertThat(plan(page)).as(page).singleElement().asString().startsWith("SEARCH ").contains(conditions(page));
        }
    }

    @Test
    void theLatestMessagesAreReadFromTheEndOfTheirIndex() throws SQLException {
        Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get()).database().close();
        Run run = Json.read("{\"id\": \"run_1\", \"thread_id\": \"thread_1\"}".getBytes(StandardCharsets.UTF_8),
                Run.class);
        Set<String> queries = new LinkedHashSet<>();
        try (Sql sql = new Sql(noting(queries), false)) {
            Store.latestMessages(sql, run, 10, message -> true);
        }

        assertThat(plan(queries.iterator().next())).singleElement().asString().startsWith("SEARCH ")
                .contains("thread_id=?");
    }

    /** These are asked for requests of projects with limits. */
    @Test
    void whatAProjectUsesIsCountedOverAnIndexAlone() throws SQLException {
        Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get()).database().close();
        Set<String> queries = new LinkedHashSet<>();
        try (Sql sql = new Sql(noting(queries), false)) {
            ActiveRuns.count(sql, "p");
            FileRows.bytes(sql, "p");
            UsageRows.tokens(sql, "p", 1);
        }
        assertThat(queries).hasSize(3).allSatisfy(query -> assertThat(plan(query)).singleElement().asString()
                .startsWith("SEARCH ").contains("project=?"));
        assertThat(queries.stream().limit(2)).allSatisfy(
                query -> assertThat(plan(query)).singleElement().asString().contains("COVERING INDEX"));
    }

    /** Both orders, from the beginning, after an object, before one, and between two. */
    private static List<PageRequest> pages() {
        return Stream.of(true, false).flatMap(ascending -> Stream.of(
                new PageRequest(20, ascending, null, null), new PageRequest(20, ascending, CURSOR, null),
                new PageRequest(20, ascending, null, CURSOR), new PageRequest(20, ascending, CURSOR, CURSOR)))
                .toList();
    }

    /** The columns that the query asks about, as the plan has them if the index is searched by them. */
    private static List<String> conditions(String query) {
        return CONDITION.matcher(query).results().map(QueryPlanTest::condition).toList();
    }

    private static String condition(MatchResult found) {
        return found.group(1) + found.group(2) + "?";
    }

    /** How SQLite goes about a query, a line a step. */
    private List<String> plan(String query) throws SQLException {
        List<String> steps = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
            while (result.next()) {
                steps.add(result.getString("detail"));
            }
        }
        return steps;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runnel.db"));
    }

    /** A connection that notes what is asked on it. */
    private Connection noting(Set<String> queries) throws SQLException {
        Connection connection = connect();
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        queries.add((String) arguments[0]);
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
