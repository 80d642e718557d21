package dev.runnel.server;

import dev.runnel.server.backend.PostgresServer;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.Projects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.MAX_RUNS;

/** Nodes that share one PostgreSQL, which end with each test. */
abstract class SharedDatabase {
    @TempDir
    Path folder;

    private final List<TestServer> nodes = new ArrayList<>();

    TestServer node() {
        return node(options -> options);
    }

    TestServer node(UnaryOperator<ServerOptions> changes) {
        return node(changes, new Projects(List.of()));
    }

    TestServer node(UnaryOperator<ServerOptions> changes, Projects projects) {
        TestServer node = TestServer.startWithProjects(folder,
                options -> changes.apply(options.with(DATABASE, PostgresServer.url(folder))), projects);
        nodes.add(node);
        return node;
    }

    TestServer nodeOf(int runsAtOnce) {
        return node(options -> options.with(MAX_RUNS, runsAtOnce));
    }

    TestServer nodeThatDies() {
        return nodeThatDies(options -> options);
    }

    TestServer nodeThatDies(UnaryOperator<ServerOptions> changes) {
        TestServer node = TestServer.startProcess(folder,
                options -> changes.apply(options.with(DATABASE, PostgresServer.url(folder))));
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestServer::close);
    }
}
