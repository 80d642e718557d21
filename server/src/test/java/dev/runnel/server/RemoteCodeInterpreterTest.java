package dev.runnel.server;

import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.sandbox.remote.SandboxServer;
import org.junit.jupiter.api.AfterEach;

import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_KEY;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_URL;

/** All that holds of the code interpreter holds with a sandbox server too. */
class RemoteCodeInterpreterTest extends CodeInterpreterTest {
    @SuppressWarnings("NullAway.Init") // set before each test
    private SandboxServer sandbox;

    @Override
    ServerOptions withCode(ServerOptions options) {
        sandbox = SandboxProcess.here();
        return options.with(CODE_INTERPRETER_URL, SandboxProcess.url(sandbox.port()))
                .with(CODE_INTERPRETER_KEY, SandboxProcess.KEY);
    }

    @AfterEach
    void stopSandbox() {
        if (sandbox != null) {
            sandbox.close();
        }
    }
}
