package dev.runnel.server;

import dev.runnel.demo.DemoModel;
import dev.runnel.model.Model;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.store.StoreException;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class StartTest {
    @TempDir
    Path folder;

    @Test
    void aPortThatIsTakenIsAFailureThatSaysSo() {
        try (TestServer server = TestServer.start(folder); Model model = new DemoModel()) {
            ServerOptions options = ServerOptions.builder().at("127.0.0.1", server.port())
                    .database("sqlite:" + folder.resolve("other.db")).build();
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
            ServerOptions options = ServerOptions.builder().at("127.0.0.1", 0)
                    .database("sqlite:" + folder.resolve("none/runnel.db")).build();
            assertThatThrownBy(() -> RunnelServer.start(options, model))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("none/runnel.db");
        }
    }

    @Test
    void aSecondServerLeavesTheFirstOnesRunsAlone() {
        Gate gate = new Gate();
        try (TestServer server = TestServer.start(folder); Model model = new DemoModel()) {
            server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
            ServerOptions options = ServerOptions.builder().at("127.0.0.1", 0)
                    .database("sqlite:" + folder.resolve("runnel.db")).build();
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
            ServerOptions open = ServerOptions.builder().at("0.0.0.0", 0)
                    .database("sqlite:" + folder.resolve("runnel.db")).build();
            assertThatThrownBy(() -> RunnelServer.start(open, model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0.0.0.0").hasMessageContaining("insecure");
            assertThat(folder).isEmptyDirectory();

            RunnelServer.start(open.toBuilder().insecure(true).build(), model).close();
            RunnelServer.start(open.toBuilder().keys(ApiKeys.of(List.of("sk-0123456789abcdef"))).build(), model)
                    .close();
        }
    }

    @Test
    void aServerThatWasClosedCanBeClosedAgain() {
        try (Model model = new DemoModel()) {
            RunnelServer server = RunnelServer.start(
                    ServerOptions.builder().at("127.0.0.1", 0).database("sqlite:" + folder.resolve("runnel.db"))
                            .build(),
                    model);
            server.close();
            server.close();
        }
    }
}
