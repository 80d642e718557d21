package dev.runnel.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The script that the model server follows for one request: settings for the whole response, and steps that are played in
 * order.
 *
 * <pre>{@code
 * Script.chat("Hel", "lo");                                 // a complete reply
 * Script.chat("Hel", "lo").paced(Duration.ofMillis(20));
 * Script.reply("Hel").gate(gate).text("lo").end("length");  // held open until the test opens the gate
 * Script.reply("Hel").reset();                              // cut after the first piece
 * Script.sse().comment("ping").data("{…}").done();          // any bytes
 * }</pre>
 *
 * <p><em>Settings</em> ({@link #status}, {@link #header}, {@link #pieces} …) hold from the first byte, wherever in
 * the chain they stand. <em>Steps</em> ({@link #data}, {@link #text}, {@link #pause} …) happen in their order. Every
 * step's bytes are flushed at once. After the last step the body is ended properly and the connection kept for the
 * next request, unless the script says otherwise. A peer that leaves ends the script, in waiting steps too.
 *
 * <p><em>Chat replies</em> ({@link #reply} and what builds on it) follow the request. With {@code "stream": true}
 * they are chat completion chunks; the chunk with the role comes by itself, and with {@code
 * stream_options.include_usage} so does the usage. Without it the answer is one chat completion of the same content,
 * written after the last step; steps for streams only ({@link #data}, {@link #event}, {@link #comment}, {@link #raw},
 * {@link #done}) are then left out.
 *
 * <p>Immutable: every method returns another script, and one script can answer any number of requests.
 */
public final class Script {
    private static final Script EMPTY = new Script(List.of(), List.of());

    private final List<Consumer<Response>> settings;
    private final List<Step> steps;

    private Script(List<Consumer<Response>> settings, List<Step> steps) {
        this.settings = settings;
        this.steps = steps;
    }

    private interface Step {
        void play(Response response) throws IOException, InterruptedException;
    }

    // ---- where a script starts

    /** Status 200, no headers of its own, an empty chunked body. */
    public static Script plain() {
        return EMPTY;
    }

    /** Status 200 and an empty event stream, whatever the request asks for. */
    public static Script sse() {
        return EMPTY.with(Response::eventStream);
    }

    /** One JSON document of known length. */
    public static Script json(int status, String body) {
        var bytes = body.getBytes(UTF_8);
        return EMPTY.status(status).header("content-type", "application/json")
                .header("content-length", String.valueOf(bytes.length)).raw(bytes);
    }

    /** A JSON error {@code {"error":{"message","type","param":null,"code":null}}}. */
    public static Script error(int status, String type, String message) {
        return json(status, ChatWriter.error(type, message).toString());
    }

    /** The request is read and never answered: no head, no byte, until the peer leaves. */
    public static Script silent() {
        return EMPTY.headWithBody().stall();
    }

    /** A chat reply that has begun with some pieces of text, if any, and is not finished: see {@link #end}. */
    public static Script reply(String... pieces) {
        return EMPTY.with(Response::chatReply).text(pieces);
    }

    /** A complete chat reply, one chunk per piece, that ends with {@code stop}. */
    public static Script chat(String... pieces) {
        return reply(pieces).end("stop");
    }

    /** As {@link #chat(String...)}. */
    public static Script chat(List<String> pieces) {
        return chat(pieces.toArray(String[]::new));
    }

    /** A complete chat reply with these numbers of tokens; a stream carries them only if the request asks for usage. */
    public static Script chatWithUsage(int promptTokens, int completionTokens, String... pieces) {
        return chat(pieces).usage(promptTokens, completionTokens);
    }

    /** A complete chat reply with another finish reason, such as {@code length} or {@code content_filter}. */
    public static Script finish(String reason, String... pieces) {
        return reply(pieces).end(reason);
    }

    /** A complete chat reply of function calls, one after the other. */
    public static Script toolCalls(ToolCall... calls) {
        return reply().calls(calls).end("tool_calls");
    }

    /** A complete chat reply of one piece of text and then function calls. */
    public static Script textThenToolCalls(String text, ToolCall... calls) {
        return reply(text).calls(calls).end("tool_calls");
    }

    /** A complete chat reply that is a refusal. */
    public static Script refusal(String... pieces) {
        return reply().refuse(pieces).end("stop");
    }

    /** A complete chat reply of thoughts ({@code reasoning_content}) and then text. */
    public static Script reasoning(List<String> thoughts, String... pieces) {
        return reply().think(thoughts.toArray(String[]::new)).text(pieces).end("stop");
    }

    /**
     * Some pieces of text, then an error event and the end of the stream. Status 500 if the request wants no stream.
     */
    public static Script midStreamError(String type, String message, String... pieces) {
        return reply(pieces).fail(type, message);
    }

    // ---- settings

    /** 200 by default. */
    public Script status(int code) {
        return with(response -> response.status(code));
    }

    /**
     * Sets a header, in place of one of the same name. With {@code content-length} the body is not chunked, and the
     * number need not be true.
     */
    public Script header(String name, String value) {
        return with(response -> response.header(name, value));
    }

    /** Sends the head not at once but with the first byte of the body, so that steps before it delay the head too. */
    public Script headWithBody() {
        return with(Response::holdHeadBack);
    }

    /**
     * Writes the body in flushes of so many bytes each, to split lines and code points; everything at once by
     * default.
     */
    public Script pieces(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("pieces of " + bytes + " bytes");
        }
        return with(response -> response.pieces(bytes));
    }

    /**
     * Sends the chunk with the n-th piece of text, thought, refusal or arguments n intervals after the first, on an
     * absolute schedule: delays do not add up. Without a pause by default.
     */
    public Script paced(Duration interval) {
        return with(response -> response.chat().pace(interval));
    }

    /** Ends the lines of events and comments with CR LF instead of LF. */
    public Script crlf() {
        return with(Response::crlf);
    }

    /** The numbers of tokens that a chat reply reports; by default plausible ones. */
    public Script usage(int promptTokens, int completionTokens) {
        return with(response -> response.chat().usage(promptTokens, completionTokens));
    }

    /** No chunks and no length: closing the connection ends the body. */
    public Script closeDelimited() {
        return with(Response::closeDelimited);
    }

    /** After the last step neither ends the body nor closes the connection: waits until the peer leaves. */
    public Script keepSocketOpen() {
        return with(Response::keepOpen);
    }

    // ---- steps that write

    /** An event without a name; several lines become several {@code data:} lines. */
    public Script data(String data) {
        return then(response -> response.event(null, data));
    }

    public Script event(String name, String data) {
        return then(response -> response.event(name, data));
    }

    /** A comment line and a blank line. */
    public Script comment(String text) {
        return then(response -> response.comment(text));
    }

    /** The event {@code [DONE]}. */
    public Script done() {
        return data("[DONE]");
    }

    /** Any text of the body, as UTF-8. */
    public Script raw(String text) {
        return raw(text.getBytes(UTF_8));
    }

    /** Any bytes of the body. */
    public Script raw(byte[] bytes) {
        var copy = bytes.clone();
        return then(response -> response.streamOnly(copy));
    }

    // ---- steps of a chat reply

    /** Pieces of text, one chunk each. */
    public Script text(String... pieces) {
        return thenEach(pieces, (response, piece) -> response.chat().text(piece));
    }

    /** Pieces of {@code reasoning_content}, one chunk each. */
    public Script think(String... thoughts) {
        return thenEach(thoughts, (response, thought) -> response.chat().thought(thought));
    }

    /** Pieces of a refusal, one chunk each. */
    public Script refuse(String... pieces) {
        return thenEach(pieces, (response, piece) -> response.chat().refusal(piece));
    }

    /** Function calls, each one chunk for its name and one for each fragment of its arguments. */
    public Script calls(ToolCall... calls) {
        return thenEach(calls, (response, call) -> response.chat().toolCall(call));
    }

    /**
     * The chunk with the finish reason and, if the request asks for it, the chunk with the usage; not yet {@code
     * [DONE]}.
     */
    public Script finishReason(String reason) {
        return then(response -> response.chat().finish(reason));
    }

    /** {@link #finishReason} and {@link #done}. */
    public Script end(String finishReason) {
        return finishReason(finishReason).done();
    }

    /** An error event as model servers send it in the middle of a stream; status 500 if the request wants no stream. */
    public Script fail(String type, String message) {
        return then(response -> response.chat().fail(type, message));
    }

    // ---- steps that wait, and steps that end the connection

    public Script pause(Duration duration) {
        return then(response -> response.pause(duration));
    }

    /** Waits until the test opens the gate. */
    public Script gate(Gate gate) {
        return then(response -> gate.await());
    }

    /** Waits until the peer leaves or the server is closed; steps after it never happen. */
    public Script stall() {
        return then(Response::stall);
    }

    /** Closes the connection (FIN) without ending the body. The last step. */
    public Script close() {
        return then(Response::close);
    }

    /** Resets the connection (RST). The last step; bytes that the peer has not received yet may be lost. */
    public Script reset() {
        return then(Response::reset);
    }

    // ---- how it is built and played

    private interface StepFor<T> {
        void play(Response response, T item) throws IOException, InterruptedException;
    }

    private Script with(Consumer<Response> setting) {
        return new Script(plus(settings, setting), steps);
    }

    private Script then(Step step) {
        return new Script(settings, plus(steps, step));
    }

    private <T> Script thenEach(T[] items, StepFor<T> step) {
        var copy = List.of(items);
        return then(response -> {
            for (var item : copy) {
                step.play(response, item);
            }
        });
    }

    private static <T> List<T> plus(List<T> list, T last) {
        var longer = new ArrayList<>(list);
        longer.add(last);
        return List.copyOf(longer);
    }

    /** @throws IOException if the peer has left, as far as writing tells */
    void play(Response response) throws IOException, InterruptedException {
        settings.forEach(setting -> setting.accept(response));
        response.begin();
        for (var step : steps) {
            step.play(response);
        }
        response.finish();
    }
}
