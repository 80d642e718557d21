package dev.runnel.server.engine;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.model.Model;
import dev.runnel.server.model.ModelDelta;
import dev.runnel.server.model.ModelException;
import dev.runnel.server.model.ModelStream;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Store;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Executes a run: from queued to its end, or to where it requires action. Blocking, on a virtual thread of its own. However it
 * comes out, the log is then at rest, unless the run was asked to stop: {@link Runs} writes that ending.
 */
final class RunWorker {
    private static final System.Logger LOG = System.getLogger(RunWorker.class.getName());

    /** For a model server that tells no usage: a token is about four characters of English. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    /** How long a worker reads on before it waits for the disk. */
    private static final long READ_NANOS = 2_000_000;

    private final RunSession session;
    private final Model model;
    private final Database database;
    private final InstantSource clock;
    private long lastFlush = System.nanoTime();

    RunWorker(RunSession session, Model model, Database database, InstantSource clock) {
        this.session = session;
        this.model = model;
        this.database = database;
        this.clock = clock;
    }

    void work() throws InterruptedException {
        try {
            session.emit(RunEvent.RunChanged.of(session.run().change().inProgress(now()).run()));
            if (session.locked(Prompts::budget).filter(left -> left <= 0).isPresent()) {
                session.emitFrom(
                        fold -> RunEnding.incomplete(fold, now(), "max_tokens", "max_completion_tokens", Usage.NONE));
                return;
            }
            ChatRequest prompt = prompt();
            try (ModelStream call = session.call(() -> model.stream(prompt))) {
                execute(call, prompt);
            }
        } catch (RunSession.StoppedException e) {
            LOG.log(Level.DEBUG, "run {0} was stopped", session.runId());
        } catch (ModelException e) {
            fail(new LastError(e.kind().name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "run " + session.runId() + " failed by a fault of the server's", e);
            fail(new LastError("server_error", "Sorry, something went wrong."));
        }
    }

    private ChatRequest prompt() {
        Run run = session.run();
        List<Message> thread = database.read(sql -> Store.messages(sql, run.threadId()));
        return session.locked(fold -> Prompts.prompt(fold, thread));
    }

    private void execute(ModelStream call, ChatRequest prompt) throws InterruptedException {
        ReplyWriter writer = new ReplyWriter(session, clock);
        ChatUsage told = null;
        String reason = "";
        long characters = 0;
        for (ModelDelta delta; (delta = next(call)) != null;) {
            switch (delta) {
                case ModelDelta.Text text -> {
                    characters += text.text().length();
                    writer.text(text.text());
                }
                case ModelDelta.Refusal refusal -> {
                    characters += refusal.text().length();
                    writer.refusal(refusal.text());
                }
                case ModelDelta.ToolCall toolCall -> {
                    characters += toolCall.arguments().length();
                    writer.toolCall(toolCall);
                }
                case ModelDelta.Reasoning reasoning -> characters += reasoning.text().length();
                case ModelDelta.Used used -> told = used.usage();
                case ModelDelta.Finished finished -> reason = finished.reason();
            }
        }
        finish(writer, reason, usage(told, prompt, characters));
    }

    /**
     * A run reads its model hardly faster than its log is written: every few milliseconds it waits until what it appended is
     * durable, for nobody sees more before. Under load several tokens then share a read, a commit and a write; an idle disk
     * delays nothing.
     */
    private @Nullable ModelDelta next(ModelStream call) throws InterruptedException {
        if (System.nanoTime() - lastFlush > READ_NANOS) {
            session.flush();
            lastFlush = System.nanoTime();
        }
        return call.next();
    }

    private void finish(ReplyWriter writer, String reason, Usage used) throws InterruptedException {
        long now = now();
        if (reason.equals("length")) {
            session.emitFrom(fold -> RunEnding.incomplete(fold, now, "max_tokens", "max_completion_tokens", used));
        } else if (reason.equals("content_filter")) {
            session.emitFrom(fold -> RunEnding.incomplete(fold, now, "content_filter", "content_filter", used));
        } else if (writer.calledTools()) {
            writer.writeHeldCalls();
            session.requireAction(used);
        } else if (writer.wroteMessage()) {
            session.emitFrom(fold -> RunEnding.completed(fold, now, used));
        } else {
            throw new ModelException(
                    ModelException.Kind.SERVER_ERROR,
                    "The model answered nothing at all: no text and no tool call. Is the prompt too long for it?",
                    null);
        }
    }

    private void fail(LastError error) throws InterruptedException {
        long now = now();
        try {
            session.emitFrom(fold -> RunEnding.failed(fold, now, error));
        } catch (RunSession.StoppedException e) {
            // A model call that was closed to stop the run fails because of that.
            LOG.log(Level.DEBUG, "run {0} was stopped: {1}", session.runId(), error.message());
        }
    }

    private static Usage usage(@Nullable ChatUsage told, ChatRequest prompt, long characters) {
        if (told != null && told.totalTokens() > 0) {
            return Usage.of(told.promptTokens(), told.completionTokens(), told.cachedTokens(), told.reasoningTokens());
        }
        long asked = 0;
        for (ChatMessage message : prompt.messages()) {
            asked += message.text().length();
        }
        return Usage.of(tokens(asked), tokens(characters), 0, 0);
    }

    private static long tokens(long characters) {
        return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
