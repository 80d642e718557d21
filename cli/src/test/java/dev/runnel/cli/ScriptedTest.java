package dev.runnel.cli;

import dev.runnel.testkit.ScriptedModelServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands that ask a model server share. */
@Timeout(180)
abstract class ScriptedTest {
    @TempDir
    Path folder;

    final ScriptedModelServer models = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        models.close();
    }

    Command.Result run(String... arguments) {
        return Command.run(folder, arguments);
    }

    String url() {
        return models.baseUri().toString();
    }
}
