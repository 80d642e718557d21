package dev.runnel.server;

import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The page, in a real browser, as a person uses it. Skipped where there is no Chromium, or no npm to drive it with. */
@Timeout(60)
class PageTest {
    private static Browser browser;

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeAll
    static void open() {
        browser = Browser.start();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void see(String scenario, Map<String, Runnable> outside, String... arguments) {
        assertThat(browser.run("http://127.0.0.1:" + server.ownPort() + "/", scenario, outside, arguments))
                .isEqualTo("ok");
    }

    @Test
    void aReplyGoesOnAfterAReloadWithoutAWordLostOrDoubled() {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Once ", "upon").gate(gate).text(" a ", "time.").end("stop"));

        see("reloadAmidAReply", Map.of("goOn", gate::open));
    }
}
