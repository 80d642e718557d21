package dev.runnel.cli;

import dev.runnel.client.ClosedStreamException;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel chat}: a conversation, turn by turn. */
@Command(name = "chat", mixinStandardHelpOptions = true, description = "Talks with an assistant: each line is a turn of one thread, and its reply is streamed. Ctrl-C stops a reply, Ctrl-D leaves. A line that ends in a backslash goes on in the next, as does one that ends with Alt-Enter.", footerHeading = "%nExamples:%n", footer = {
    "  runnel chat --model-url http://127.0.0.1:11434/v1 --model qwen3",
    "  runnel chat --database sqlite:talks.db                         keeps what is said",
    "  runnel chat --database sqlite:talks.db --thread thread_abc123  goes on with it",
    "  printf 'Hi\\nWhat did I say?\\n' | runnel chat"})
final class ChatCommand implements Callable<Integer> {
    private static final int SHOWN = 6;

    @Option(names = "--thread", paramLabel = "ID", description = "Go on with this thread.")
    @Nullable
    String thread;

    @Option(names = "--assistant", paramLabel = "ID", description = "Talk with this assistant, not one made for the purpose; --model and --system count instead of its own.")
    @Nullable
    String assistant;

    @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for the model.")
    @Nullable
    String system;

    @Option(names = "--steps", description = "Tell of steps and tool calls as they happen.")
    boolean steps;

    @Option(names = "--database", paramLabel = "URL", description = "Where a server embedded here keeps the conversation, as in sqlite:talks.db. Default: nowhere.")
    @Nullable
    String database;

    @Mixin
    Source source = new Source();

    @Override
    public Integer call() {
        try (StopHook stop = new StopHook()) {
            Target target = stop.open(() -> source.open(database));
            try (Conversation conversation = begin(target); Lines lines = Lines.open()) {
                greet(conversation, lines);
                talk(conversation, lines, stop);
                tellHowToGoOn(conversation, lines);
            }
        }
        return 0;
    }

    private Conversation begin(Target target) {
        RunnelClient client = target.client();
        return assistant != null
                ? Conversation.with(client, assistant, source.modelOrNull(), system, thread)
                : Conversation.anew(client, source.model(target), system, thread);
    }

    private static void greet(Conversation conversation, Lines lines) {
        List<Message> latest = conversation.latest(SHOWN);
        if (!lines.interactive()) {
            return;
        }
        for (Message message : latest) {
            String said = message.text().strip();
            Terminal.line(message.role() == Role.USER ? Lines.PROMPT + said.replace("\n", "\n" + Lines.MORE) : said);
        }
        Terminal.dim("Ctrl-C stops a reply, Ctrl-D leaves; a line that ends in \\ goes on in the next.");
    }

    /** Goes on to the end of the lines. A person has seen what failed; a script is told by failing too. */
    private void talk(Conversation conversation, Lines lines, StopHook stop) {
        for (String line; (line = lines.next()) != null;) {
            if (line.isBlank()) {
                continue;
            }
            try {
                reply(conversation, line, lines, stop);
            } catch (RunnelException | Failures.CommandException e) {
                Terminal.endReply();
                if (!lines.interactive()) {
                    throw e;
                }
                Terminal.error(e.getMessage());
            }
        }
    }

    private void reply(Conversation conversation, String line, Lines lines, StopHook stop) {
        RunView view = new RunView(false, steps);
        Stopper stopper = new Stopper(stop);
        lines.onInterrupt(stopper);
        Run run;
        try (RunStream stream = conversation.say(line)) {
            run = view.show(stream, changed -> {
                conversation.follow(changed);
                stopper.follow(changed);
            });
        } catch (ClosedStreamException e) {
            Terminal.endReply();
            Terminal.dim("let go of the reply");
            return;
        } catch (Failures.OutputClosedException closed) {
            stop.cancelQuietly();
            throw closed;
        } finally {
            lines.onInterrupt(null);
            stopper.over();
        }
        end(conversation, view, run);
    }

    private static void end(Conversation conversation, RunView view, Run run) {
        switch (run.status()) {
            case CANCELLED -> {
                Terminal.endReply();
                Terminal.dim("stopped");
            }
            case REQUIRES_ACTION -> {
                conversation.cancel(run);
                throw new Failures.CommandException("the assistant asks for the output of " + RunView.wanted(run)
                        + ", which only a program can give; the run was cancelled");
            }
            default -> view.finish(run, true);
        }
    }

    private void tellHowToGoOn(Conversation conversation, Lines lines) {
        boolean kept = database != null || source.remote();
        if (lines.interactive() && kept && conversation.thread() != null) {
            String where = source.remote() ? source.server.again() : " --database " + database;
            Terminal.dim("To go on: runnel chat --thread " + conversation.thread() + where);
        }
    }
}
