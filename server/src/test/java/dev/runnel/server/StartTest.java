package dev.runnel.server;

import dev.runnel.demo.DemoModel;
import dev.runnel.model.Model;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.store.StoreException;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.HOST;
import static dev.runnel.server.options.ServerOptions.INSECURE;
import static dev.runnel.server.options.ServerOptions.PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class StartTest {
    @TempDir
    Path folder;

    @Test
    void aPortThatIsTakenIsAFailureThatSaysSo() {
        try (TestServer server = TestServer.start(folder); Model model = new DemoModel()) {
            ServerOptions options = ServerOptions.local("sqlite:" + folder.resolve("other.db"))
                    .with(PORT, server.port());
            assertThatThrownBy(() -> RunnelServer.start(options, model))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot listen at 127.0.0.1:" + server.port())
                    .hasMessageContaining("already in use");
            assertThat(server.get("/models").status()).isEqualTo(200);
        }
    }

    @Test
    void aDatabaseThatCannotBeOpenedIsAFailureThatNamesIt() {
        try (Model model = new DemoModel()) {
            ServerOptions options = ServerOptions.local("sqlite:" + folder.resolve("none/runnel.db"));
            assertThatThrownBy(() -> RunnelServer.start(options, model))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("none/runnel.db");
        }
    }

    @Test
    @DisabledIfSystemProperty(named = "runs.on", matches = "postgresql", disabledReason = "servers may share a PostgreSQL, as NodesTest shows; a SQLite file has one server")
    void aSecondServerLeavesTheFirstOnesRunsAlone() {
        Gate gate = new Gate();
        try (TestServer server = TestServer.start(folder); Model model = new DemoModel()) {
            server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
            ServerOptions options = ServerOptions.local("sqlite:" + folder.resolve("runnel.db"));
            try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
                reader.until("thread.message.delta");
                assertThatThrownBy(() -> RunnelServer.start(options, model))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("in use by another server");
                gate.open();
                assertThat(EventReader.names(reader.rest())).endsWith("thread.run.completed", "done");
            }
        }
    }

    @Test
    void aServerForAnybodyMustBeMeant() {
        try (Model model = new DemoModel()) {
            ServerOptions open = ServerOptions.local("sqlite:" + folder.resolve("runnel.db"))
                    .with(HOST, "0.0.0.0");
            assertThatThrownBy(() -> RunnelServer.start(open, model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0.0.0.0").hasMessageContaining("insecure");
            assertThat(folder).isEmptyDirectory();

            RunnelServer.start(open.with(INSECURE, true), model).close();
            RunnelServer.start(open.with(API_KEYS, ApiKeys.of(List.of("sk-0123456789abcdef"))), model).close();
        }
    }

    @Test
    void aServerThatWasClosedCanBeClosedAgain() {
        try (Model model = new DemoModel()) {
            RunnelServer server = RunnelServer.start(
                    ServerOptions.local("sqlite:" + folder.resolve("runnel.db")),
                    model);
            server.close();
            server.close();
        }
    }
}
