package dev.runnel.cli.ask;

import dev.runnel.cli.reply.Look;
import dev.runnel.cli.servers.AnswerSource;
import dev.runnel.cli.servers.StopHook;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.InputLines;
import dev.runnel.cli.terminal.Lines;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel chat}: a conversation, turn by turn. */
@Command(name = "chat", mixinStandardHelpOptions = true, description = "Talks with a model or an assistant. Each line is a message of one thread, and the reply is streamed. A line that ends in a backslash, or with Alt-Enter, goes on in the next. Ctrl-C stops a reply; Ctrl-D or two Ctrl-C leave. /help lists commands like /model and /file.", footer = {
    "  runnel chat --model-url http://127.0.0.1:11434/v1 -m qwen3:32b",
    "  runnel chat --database sqlite:talks.db",
    "      keeps the conversation",
    "  runnel chat --database sqlite:talks.db --thread thread_abc123",
    "      goes on with it",
    "  printf 'Hi\\nWhat did I say?\\n' | runnel chat"})
public final class ChatCommand implements Callable<Integer> {
    private static final int SHOWN = 6;

    @Option(names = "--thread", paramLabel = "ID", description = "Go on with this thread. The beginning of its id is enough.")
    @Nullable
    String thread;

    @Option(names = "--assistant", paramLabel = "ID", description = "Talk with this assistant. --model and --system replace its own. The beginning of its id is enough.")
    @Nullable
    String assistant;

    @Option(names = "--steps", description = "Show steps and tool calls as they happen.")
    boolean steps;

    @Option(names = "--database", paramLabel = "URL", description = "Keep the conversation in this database, as in sqlite:talks.db. Default: it is not kept.")
    @Nullable
    String database;

    @Mixin
    Settings settings = new Settings();

    @Mixin
    Look look = new Look();

    @Mixin
    AnswerSource source = new AnswerSource();

    @Override
    public Integer call() {
        List<Attachment> attachments = settings.attachments();
        try (StopHook stop = new StopHook()) {
            Target target = stop.open(() -> source.open(database));
            Conversation conversation = begin(target);
            try (Lines lines = InputLines.open()) {
                if (lines.interactive()) {
                    greet(conversation);
                }
                new Talk(conversation, lines, stop, look.display(), steps, attachments).goOn();
                tellHowToGoOn(conversation, lines);
            }
        }
        return 0;
    }

    private Conversation begin(Target target) {
        RunnelClient client = target.client();
        TypedIds ids = new TypedIds(client);
        Assistant with = client.assistants().get(assistant != null
                ? ids.assistant(assistant)
                : target.assistant(settings.assistant(source.model(target), "runnel chat")));
        return new Conversation(
                client, with, settings, source.modelOrNull(), thread == null ? null : ids.thread(thread));
    }

    private static void greet(Conversation conversation) {
        for (Message message : conversation.latest(SHOWN)) {
            String said = message.text().strip();
            Terminal.line(message.role() == Role.USER ? Lines.PROMPT + said.replace("\n", "\n" + Lines.MORE) : said);
        }
        Terminal.dim(conversation.model() + " answers. /help lists commands, Ctrl-C stops a reply, Ctrl-D leaves.");
        conversation.check();
    }

    private void tellHowToGoOn(Conversation conversation, Lines lines) {
        boolean kept = database != null || source.remote();
        if (lines.interactive() && kept && conversation.thread() != null) {
            String where = source.remote() ? source.server.again() : " --database " + database;
            Terminal.dim("To go on: " + Terminal.command("runnel chat --thread " + conversation.thread() + where));
        }
    }
}
