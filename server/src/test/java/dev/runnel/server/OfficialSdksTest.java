package dev.runnel.server;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Programs that use the official SDKs for Node and Python, with nothing changed but the base URL: their stream helpers, event for
 * event, their pollers, pages, files and errors. Skipped where a language or its package is not to be had. For Java:
 * {@link OfficialSdkTest}.
 */
@Timeout(180)
class OfficialSdksTest {
    private static final List<String> BEGIN = List.of(
            "thread.run.created", "thread.run.queued", "thread.run.in_progress");
    private static final List<String> OPEN_MESSAGE = List.of(
            "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
            "thread.message.in_progress");
    private static final List<String> CLOSE_MESSAGE = List.of(
            "thread.message.completed", "thread.run.step.completed", "thread.run.completed");
    private static final List<String> GO_ON = List.of(
            "thread.run.step.completed", "thread.run.queued", "thread.run.in_progress");

    private static final Map<Sdk, SdkProgram> PROGRAMS = new EnumMap<>(Sdk.class);

    @TempDir
    Path folder;

    private TestServer server;
    private String assistant = "";
    private String thread = "";

    @BeforeEach
    void start() {
        start(options -> options);
    }

    private void start(UnaryOperator<ServerOptions> changes) {
        server = TestServer.start(folder, changes);
        assistant = server.newWeatherAssistant();
        thread = server.newThread();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @AfterAll
    static void end() {
        PROGRAMS.values().forEach(SdkProgram::close);
    }

    private List<String> run(Sdk sdk, String scenario, String... arguments) {
        PROGRAMS.computeIfPresent(sdk, (key, program) -> program.isAlive() ? program : null);
        return PROGRAMS.computeIfAbsent(sdk, key -> new SdkProgram(key.program())).run(server, scenario, arguments);
    }

    private static List<String> text(int deltas) {
        return Collections.nCopies(deltas, "thread.message.delta");
    }

    private static List<String> calls(int deltas) {
        List<String> events = new ArrayList<>(List.of("thread.run.step.created", "thread.run.step.in_progress"));
        events.addAll(Collections.nCopies(deltas, "thread.run.step.delta"));
        events.add("thread.run.requires_action");
        return events;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static List<String> all(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    private List<String> stream(Sdk sdk, Script script) {
        server.models().enqueue(script);
        return run(sdk, "stream", assistant, thread);
    }

    @ParameterizedTest
    @EnumSource
    void plainTextIsStreamed(Sdk sdk) {
        assertThat(stream(sdk, Script.chat("Once ", "upon ", "a time."))).isEqualTo(all(
                BEGIN, OPEN_MESSAGE, text(3), CLOSE_MESSAGE,
                List.of("text Once upon a time. = Once upon a time.", "status completed")));
    }

    @ParameterizedTest
    @EnumSource
    void aThreadAndItsRunAreStreamed(Sdk sdk) {
        server.models().enqueue(Script.chat("Hel", "lo"));

        assertThat(run(sdk, "create_and_run", assistant)).isEqualTo(all(
                List.of("thread.created"), BEGIN, OPEN_MESSAGE, text(2), CLOSE_MESSAGE,
                List.of("text Hello = Hello", "status completed")));
    }

    @ParameterizedTest
    @EnumSource
    void toolOutputsAreSubmittedAndStreamedInTwoRoundsTheFirstOfParallelCalls(Sdk sdk) {
        server.models().enqueue(
                Script.toolCalls(
                        ToolCall.of("call_1", "weather", "{\"city\":", "\"Bern\"}"),
                        ToolCall.of("call_2", "weather", "{\"city\":", "\"Rome\"}")),
                Script.toolCalls(ToolCall.of("call_3", "weather", "{}")),
                Script.chat("It ", "rains."));

        assertThat(run(sdk, "tools", assistant, thread)).isEqualTo(all(
                BEGIN, calls(6),
                List.of("call call_1 weather {\"city\":\"Bern\"}", "call call_2 weather {\"city\":\"Rome\"}",
                        "status requires_action"),
                GO_ON, calls(2), List.of("call call_3 weather {}", "status requires_action"),
                GO_ON, OPEN_MESSAGE, text(2), CLOSE_MESSAGE,
                List.of("text It rains. = It rains.", "status completed")));
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsCancelledInTheMiddleOfItsMessage(Sdk sdk) {
        server.models().enqueue(Script.reply("Hel").stall());

        assertThat(run(sdk, "cancel", assistant, thread)).isEqualTo(all(
                BEGIN, OPEN_MESSAGE, text(1),
                List.of("thread.run.cancelling", "thread.message.incomplete", "thread.run.step.cancelled",
                        "thread.run.cancelled", "text Hel = Hel", "status cancelled")));
    }

    @ParameterizedTest
    @EnumSource
    void aRunFailsInTheMiddleOfItsMessage(Sdk sdk) {
        assertThat(stream(sdk, Script.midStreamError("server_error", "burnt", "Hel"))).isEqualTo(all(
                BEGIN, OPEN_MESSAGE, text(1),
                List.of("thread.message.incomplete", "thread.run.step.failed", "thread.run.failed",
                        "text Hel = Hel", "status failed")));
    }

    @ParameterizedTest
    @EnumSource
    void aRunExpiresInTheMiddleOfItsMessage(Sdk sdk) {
        stop();
        start(options -> options.with(RUN_LIFETIME, Duration.ofSeconds(4)));
        assertThat(stream(sdk, Script.reply("Hel").stall())).isEqualTo(all(
                BEGIN, OPEN_MESSAGE, text(1),
                List.of("thread.message.incomplete", "thread.run.step.expired", "thread.run.expired",
                        "text Hel = Hel", "status expired")));
    }

    @ParameterizedTest
    @EnumSource
    void aRunIsCutOffByATokenLimit(Sdk sdk) {
        List<String> ending = sdk == Sdk.NODE_4
                ? List.of("error Final run has not been received") // it does not know that such a run has ended
                : List.of("text Hello = Hello", "status incomplete");

        assertThat(stream(sdk, Script.finish("length", "Hel", "lo"))).isEqualTo(all(
                BEGIN, OPEN_MESSAGE, text(2),
                List.of("thread.message.incomplete", "thread.run.step.completed", "thread.run.incomplete"),
                ending));
    }

    @ParameterizedTest
    @EnumSource
    void runsArePolledAndTheirStepsAndMessagesListed(Sdk sdk) {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."));

        assertThat(run(sdk, "poll", assistant, thread)).containsExactly(
                "status requires_action", "status completed",
                "step tool_calls completed", "step message_creation completed",
                "user Hi", "assistant It rains.", "status completed");
    }

    /** The server says when to ask again: left alone, the helpers would ask after 1 or 5 seconds. The best of a few: others use the machine. */
    @ParameterizedTest
    @EnumSource
    void aRunIsPolledAsOftenAsTheServerSays(Sdk sdk) {
        long best = Long.MAX_VALUE;
        for (int tries = 0; tries < 5 && best > 1_000; tries++) {
            server.models().enqueue(Script.reply("It ").pause(Duration.ofMillis(650)).text("rains.").end("stop"));
            List<String> seen = run(sdk, "poll_as_told", assistant, thread);
            assertThat(seen.getFirst()).isEqualTo("status completed");
            best = Math.min(best, Long.parseLong(seen.getLast().replace("millis ", "")));
        }

        assertThat(best).isBetween(650L, 1_000L);
    }

    @ParameterizedTest
    @EnumSource
    void listsAreTurnedPageByPage(Sdk sdk) {
        assertThat(run(sdk, "pages")).containsExactly(
                "-", "one", "two", "three", "four", "five", "five,four,three true", "two,one,- false", "0 false");
    }

    @ParameterizedTest
    @EnumSource
    void objectsAreCreatedChangedAndDeleted(Sdk sdk) {
        assertThat(run(sdk, "objects")).containsExactly(
                "new b 0.5 f", "d", "a part f", "thread.message.deleted", "thread.deleted", "assistant.deleted");
    }

    /** Of text with annotations the helpers make the same message as the server shows, and every SDK reads it. */
    @ParameterizedTest
    @EnumSource
    void filesAreSearchedAndCited(Sdk sdk) {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "file_search", "{\"query\":\"tides\"}")),
                Script.chat("The moon ", "【0:", "0】", ".", " 【0:0†x】"));

        assertThat(run(sdk, "search", thread)).isEqualTo(all(
                BEGIN,
                List.of("thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta",
                        "thread.run.step.completed"),
                OPEN_MESSAGE, text(5), CLOSE_MESSAGE,
                List.of("text The moon 【0:0†tides.md】. 【0:0†tides.md】", "cites 【0:0†tides.md】 true true",
                        "cites 【0:0†tides.md】 true true", "found tides.md The moon makes the tides.")));
    }

    /**
     * The order of events is the protocol's for a run whose code has made an image and a file. The message has a delta for the image, and
     * one for each piece of the model's text; the link has a delta of its own with its annotation, as a citation has, so that the
     * piece around it becomes three.
     */
    @ParameterizedTest
    @EnumSource
    void codeIsRunAndItsImagesAndFilesAreShown(Sdk sdk) {
        SandboxHere.assume();
        server.close();
        start(options -> options.with(CODE_INTERPRETER, true));
        String code = "open('a.png', 'wb').write(bytes([137]) + b'PNG' + bytes([13, 10, 26, 10]))\n"
                + "open('a.csv', 'w').write(open('in.txt').read())";
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "python", JsonValue.of(Map.of("code", code)).toString())),
                Script.chat("See [it]", "(sandbox:/mnt/data/a.csv)", "."));

        assertThat(run(sdk, "interpret", thread)).isEqualTo(all(
                BEGIN,
                List.of("thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta",
                        "thread.run.step.delta", "thread.run.step.delta", "thread.run.step.delta",
                        "thread.run.step.completed"),
                OPEN_MESSAGE, text(6), CLOSE_MESSAGE,
                List.of("input " + JsonValue.of(code), "logs \"5\\n\"", "image true",
                        "text See [it](sandbox:/mnt/data/a.csv).",
                        "link sandbox:/mnt/data/a.csv true a.csv assistants_output tides")));
    }

    @ParameterizedTest
    @EnumSource
    void filesAreUploadedListedAndHandedOut(Sdk sdk) {
        assertThat(run(sdk, "files")).containsExactly(
                "Übersicht 数据.bin 7 processed", "same bytes true", "listed true", "file true");
    }

    @ParameterizedTest
    @EnumSource
    void vectorStoresAreFilledPolledSearchedAndDeleted(Sdk sdk) {
        assertThat(run(sdk, "stores")).containsExactly(
                "vector_store completed 3 259200", "vector_store.file completed null",
                "vector_store.file_batch completed 1 1", "failed unsupported_file", "files 3", "attributes 1990 true",
                "found harbour.txt The harbour opens at six.", "content The harbour opens at six.",
                "vector_store.file.deleted vector_store.deleted");
    }

    @ParameterizedTest
    @EnumSource
    void errorsAreTheSdksOwn(Sdk sdk) {
        assertThat(run(sdk, "errors", thread)).containsExactly(
                "NotFoundError 404 null null true No thread found with id 'thread_none'.",
                "BadRequestError 400 thread_id invalid_value true Invalid 'thread_id': 'x'."
                        + " Expected an ID that begins with 'thread'.",
                "BadRequestError 400 surprise unknown_parameter true Unknown parameter: 'surprise'.",
                "BadRequestError 400 temperature decimal_above_max_value true Invalid 'temperature': decimal above"
                        + " maximum value. Expected a value <= 2, but got 3 instead.",
                "NotFoundError 404 null null true No assistant found with id 'asst_none'.",
                "NotFoundError 404 id null true No such File object: file-none");
    }

    @ParameterizedTest
    @EnumSource
    void chatCompletionsAreCreatedStreamedAndBreakOff(Sdk sdk) {
        server.models().enqueue(
                Script.chat("Hel", "lo"), Script.chatWithUsage(9, 2, "Hel", "lo"),
                Script.reply("Hel").fail("server_error", "burnt"));

        assertThat(run(sdk, "chat")).containsExactly(
                "Hello", "usage 11", "Hello", "chunk ", "chunk Hel", "APIError burnt", "model scripted-model");
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE", "PYTHON"}) // the first one for Node has no responses
    void responsesAreCreatedStreamedReadAgainAndParsed(Sdk sdk) {
        server.models().enqueue(
                Script.chat("Hel", "lo"), Script.chat("Hel", "lo"), Script.chat("{\"city\":", "\"Bern\"}"));

        assertThat(run(sdk, "responses")).containsExactly(
                "completed Hello", "text Hello = Hello", "again Hello 4 response.completed", "parsed Bern");
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE", "PYTHON"})
    void aResponseCallsAFunctionAndTheNextOneHasItsOutput(Sdk sdk) {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":", "\"Bern\"}")),
                Script.chat("It rains."));

        assertThat(run(sdk, "response_tools")).containsExactly(
                "call call_1 weather {\"city\":\"Bern\"}", "text It rains.", "input function_call_output rain",
                "NotFoundError 404");
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE", "PYTHON"})
    void conversationsAreCreatedContinuedListedAndDeleted(Sdk sdk) {
        server.models().enqueue(Script.chat("Ada."));

        assertThat(run(sdk, "conversations")).containsExactly(
                "text Ada. true", "message user input_text I am Ada.", "message user input_text Who am I?",
                "message assistant output_text Ada.", "d true");
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE", "PYTHON"})
    void aResponseInTheBackgroundIsLeftResumedAndAnotherCancelled(Sdk sdk) {
        server.models().enqueue(Script.chat("Hel", "lo", "!"), Script.reply("Hel").stall());

        assertThat(run(sdk, "background")).containsExactly("text lo! = Hello! true", "begun true cancelled");
    }
}
