package dev.runnel.server;

import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import dev.runnel.testkit.ToolCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page, in a real browser, as a person uses it: each test does a scenario of {@code src/test/node/page/scenarios}, which says what is
 * done and seen. Skipped where there is no Chromium, or no npm to drive it with.
 */
@Timeout(90)
class PageTest {
    private static final Duration AT_100_TOKENS_A_SECOND = Duration.ofMillis(10);

    private static final String HOSTILE = """
            <script>alert(1)</script>

            <img src=x onerror=alert(1)>

            [click](javascript:alert(1)) [data](data:text/html,x)

            ![pixel](https://evil.example/pixel.png)

            <https://example.org/>

            <style>*{display:none}</style> the end of it""";

    private static final String EVERYTHING = """
            ## A heading

            | river | km |
            |---|--:|
            | Rhine | 1,233 |
            | Aare | 288 |

            ```python
            def double(x):
                return x * 2
            ```

            Let $a_1 * b_2 * c$ be so. See `code`, [a link](https://example.org) and

            > a quote

            - [x] done
            - the end of it""";

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

    private void see(String scenario, String... arguments) {
        see(scenario, Map.of(), arguments);
    }

    private void see(String scenario, Map<String, Runnable> outside, String... arguments) {
        assertThat(browser.run("http://127.0.0.1:" + server.ownPort() + "/", scenario, outside, arguments))
                .isEqualTo("ok");
    }

    /** A reply that waits in the middle. */
    private static Script onceUpon(Gate gate) {
        return Script.reply("Once ", "upon").gate(gate).text(" a ", "time.").end("stop");
    }

    // ---- talking

    @Test
    void aReplyGoesOnAfterAReloadWithoutAWordLostOrDoubled() {
        Gate gate = new Gate();
        server.models().enqueue(onceUpon(gate));

        see("reloadAmidAReply", Map.of("goOn", gate::open));
    }

    @Test
    void aReplyGoesOnAfterTheServerWasKilledAndStartedAgain() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String database = TestDatabases.url(folder, "killed");
        try (ScriptedModelServer models = ScriptedModelServer.start()) {
            String modelUrl = models.baseUri().toString();
            models.enqueue(Script.reply("Once ", "upon").stall(), Script.chat("All ", "of it."));
            List<ServerProcess> running = new ArrayList<>(List.of(ServerProcess.start(database, modelUrl, port)));
            try {
                assertThat(browser.run("http://127.0.0.1:" + port + "/", "serverKilledAmidAReply", Map.of(
                        "kill", () -> running.getLast().close(),
                        "start", () -> running.add(ServerProcess.start(database, modelUrl, port))))).isEqualTo("ok");
            } finally {
                running.getLast().close();
            }
        }
    }

    @Test
    void twoWindowsOnOneThreadSeeTheSame() {
        Gate gate = new Gate();
        server.models().enqueue(onceUpon(gate), Script.chat("The ", "end."));

        see("twoWindows", Map.of("goOn", gate::open));
    }

    @Test
    void aReplyIsStoppedWrittenAgainAndItsQuestionEdited() {
        server.models().enqueue(Script.reply("Never ", "ending").stall(), Script.chat("Second try."),
                Script.chat("Third try."));

        see("stopAndTryAgain");
        assertThat(server.models().requests().getLast().json().path("messages").toString())
                .contains("Goodbye").doesNotContain("Hello", "Second");
    }

    @Test
    void aThreadGoesOnWithAnotherAssistantAndModel() {
        server.models().models("scripted-model", "other");
        server.newAssistant("{\"model\": \"m\", \"name\": \"One\"}");
        String teller = server.newAssistant("{\"model\": \"m\", \"name\": \"Teller\", \"instructions\": \"Tell.\"}");
        server.newAssistant("{\"model\": \"m\", \"name\": \"Last\"}");
        server.models().enqueue(Script.chat("From ", "the other."));

        see("anotherAssistantAndModel", teller);
        RecordedRequest asked = server.models().requests().getLast();
        assertThat(asked.json().path("model").asText()).isEqualTo("other");
        assertThat(asked.json().path("messages").toString()).contains("Tell.");
    }

    @Test
    void aRunThatFailsSaysWhyAndIsTriedAgain() {
        server.models().enqueue(Script.midStreamError("server_error", "burnt", "Hel"), Script.chat("Up again."));

        see("modelDown");
    }

    @Test
    void aReplyGoesOnWhenTheNetworkComesBack() {
        Gate gate = new Gate();
        server.models().enqueue(onceUpon(gate));

        see("offline", Map.of("goOn", gate::open));
    }

    @Test
    void aWindowThatCannotReachTheRunAtFirstFollowsItLater() {
        Gate gate = new Gate();
        server.models().enqueue(onceUpon(gate));

        see("runReachedLater", Map.of("goOn", gate::open));
    }

    @Test
    void imagesArePastedAndFilesDropped() {
        server.models().enqueue(Script.chat("A dot."));

        see("imagesAndFiles", Map.of("look", () -> assertThat(
                server.models().requests().getLast().json().path("messages").toString())
                .contains("What is this?", "image_url", "data:image/png;base64,")));
    }

    @Test
    void whatAModelSaysIsTextWhateverItSays() {
        server.models().enqueue(Script.chat(HOSTILE));

        see("hostileMarkdown");
    }

    @Test
    void aReplyIsMarkdownWithCodeThatIsCopied() {
        server.models().enqueue(Script.chat(EVERYTHING));

        see("markdown");
    }

    // ---- threads

    @Test
    void threadsAreSearchedRenamedDeletedAndImported() {
        for (String title : List.of("First", "Second", "Third")) {
            server.post("/threads", "{\"messages\": [{\"role\": \"user\", \"content\": \"" + title + "\"}]}");
        }
        see("threads");
    }

    @Test
    void aThousandThreadsAreNoBurden() {
        for (int i = 0; i < 1_000; i++) {
            server.post("/threads", "{\"metadata\": {\"title\": \"number " + i + " of them\"}}");
        }
        see("aThousandThreads");
    }

    // ---- runs

    @Test
    void aRunThatWaitsGetsTheOutputsOfItsCalls() {
        server.newWeatherAssistant();
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":", "\"Bern\"}"),
                        ToolCall.of("call_2", "weather", "{\"city\":\"Rome\"}")),
                Script.chat("It ", "rains."));

        see("toolForm");
        assertThat(server.models().requests().getLast().json().path("messages").toString())
                .contains("rain", "{\\\"sky\\\": \\\"clear\\\"}");
    }

    @Test
    void aRunsLogIsFilteredFoldedCopiedAndLinkedTo() {
        server.models().enqueue(Script.chat("Once ", "upon", " a time."));

        see("inspector");
    }

    @Test
    void aRunIsCancelledFromTheInspector() {
        server.models().enqueue(Script.reply("Once").stall());

        see("cancelledFromTheInspector");
    }

    @Test
    void aHundredThousandEventsAreNoBurden() {
        server.models().enqueue(Script.chat(Collections.nCopies(100_000, "a ")));
        String thread = server.newThread();
        String run = server.post("/threads/" + thread + "/runs",
                "{\"assistant_id\": \"" + server.newAssistant() + "\"}").id();
        try (EventReader events = server.attach("/threads/" + thread + "/runs/" + run + "?stream=true")) {
            events.rest();
        }
        see("aHundredThousandEvents", thread, run);
    }

    // ---- the rest

    @Test
    void assistantsAreCreatedCheckedChangedDuplicatedAndDeleted() {
        see("assistants");
    }

    @Test
    void filesAreUploadedDownloadedAndDeleted() {
        see("files");
    }

    @Test
    void aDroppedFolderIsUploadedFileByFile() throws IOException {
        Path dropped = Files.createDirectories(folder.resolve("dropped/deeper/and/deeper"));
        Files.writeString(dropped.resolve("deep.txt"), "deep");
        Files.writeString(folder.resolve("dropped/one.txt"), "one");
        Files.writeString(folder.resolve("dropped/deeper/two.md"), "two");
        Files.writeString(folder.resolve("dropped/.hidden"), "hidden");

        see("droppedFolder", folder.resolve("dropped").toString());
    }

    /** A run that searched files, as the hosted service returned it. The server has one of its two files, and none of its events. */
    private static final String SAVED = """
            {"id":"asst_1","object":"assistant","created_at":10,"model":"m","tools":[{"type":"file_search"}]}
            {"id":"file-kept","object":"file","created_at":10,"filename":"tides.md","purpose":"assistants","bytes":9}
            {"id":"thread_1","object":"thread","created_at":10}
            {"id":"msg_1","object":"thread.message","created_at":11,"thread_id":"thread_1","role":"user","content":[\
            {"type":"text","text":{"value":"How often?","annotations":[]}}]}
            {"id":"run_1","object":"thread.run","created_at":12,"completed_at":15,"assistant_id":"asst_1","thread_id":"thread_1",\
            "status":"completed","model":"m","tools":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}
            {"id":"step_1","object":"thread.run.step","created_at":12,"completed_at":13,"run_id":"run_1","assistant_id":"asst_1",\
            "thread_id":"thread_1","status":"completed","step_details":{"type":"tool_calls","tool_calls":[{"id":"call_1",\
            "type":"file_search","file_search":{"results":[{"file_id":"file-kept","file_name":"tides.md","score":0.812,"content":[\
            {"type":"text","text":"High water comes twice a day."}]}]}}]}}
            {"id":"step_2","object":"thread.run.step","created_at":13,"completed_at":15,"run_id":"run_1","assistant_id":"asst_1",\
            "thread_id":"thread_1","status":"completed","step_details":{"type":"message_creation","message_creation":{"message_id":"msg_2"}}}
            {"id":"msg_2","object":"thread.message","created_at":13,"thread_id":"thread_1","assistant_id":"asst_1","run_id":"run_1",\
            "role":"assistant","status":"completed","content":[{"type":"text","text":{"value":"Twice a day【1】. So it is【2】.","annotations":[\
            {"type":"file_citation","text":"【1】","start_index":11,"end_index":14,"file_citation":{"file_id":"file-kept"}},\
            {"type":"file_citation","text":"【2】","start_index":24,"end_index":27,"file_citation":{"file_id":"file-lost"}}]}}]}
            """;

    private void startWithSaved() {
        server.close();
        String database = TestDatabases.url(folder, "saved");
        Importer.read(database, Project.DEFAULT, false, new ByteArrayInputStream(SAVED.getBytes(UTF_8)),
                InstantSource.system());
        server = TestServer.start(folder, options -> options.with(DATABASE, database));
    }

    @Test
    void aCitationOpensItsPassageOrNamesItsFile() {
        startWithSaved();

        see("citations", "thread_1");
    }

    @Test
    void ofARunWhoseEventsAreGoneTheObjectsAreShown() {
        startWithSaved();

        see("eventsGone", "thread_1", "run_1");
    }

    @Test
    void theServersStateIsShown() {
        server.models().enqueue(Script.reply("Never ", "ending").stall());

        see("serverState");
    }

    @Test
    void storesAreShownAndSearchedWhereTheServerHasThem() {
        see("stores");
    }

    @Test
    void aKeyIsAskedForAndKeptInTheTab() {
        server.close();
        server = TestServer.start(folder,
                options -> options.with(API_KEYS,
                        ApiKeys.of(List.of("k-0123456789abcdef", "other=k-fedcba9876543210"))));
        server.models().enqueue(Script.chat("With a key."));

        see("keys", "k-0123456789abcdef", "k-fedcba9876543210");
    }

    @Test
    void allIsDoneByTheKeyboardAlone() {
        server.models().enqueue(Script.reply("Once ", "upon").stall());

        see("keyboardOnly");
    }

    @Test
    void nothingKeepsAnybodyFromUsingIt() {
        server.models().answer(request -> Script.chat(EVERYTHING));

        see("accessible");
    }

    @Test
    void itFitsAPhone() {
        server.models().answer(request -> Script.chat("Once ", "upon ", "a time."));

        see("phone");
    }

    @Test
    void itsColoursAreChosenAndKept() {
        see("colours");
    }

    @Test
    void itPaintsSoonAndStreamsSmoothly() {
        List<String> words = IntStream.range(0, 300).mapToObj(i -> (i % 40 == 39 ? "\n\n" : "") + "word " + i + " ")
                .toList();
        server.models().answer(request -> Script.reply(words.toArray(String[]::new)).text("the end of it").end("stop")
                .paced(AT_100_TOKENS_A_SECOND));

        see("fast");
    }
}
