package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.OutputClosedException;
import dev.runnel.cli.reply.Display;
import dev.runnel.cli.reply.RunView;
import dev.runnel.cli.servers.StopHook;
import dev.runnel.cli.terminal.Lines;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.ClosedStreamException;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import dev.runnel.server.base.Nearest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Handles each line of a conversation: a message or a command. Not thread-safe. */
final class Talk {
    private static final Pattern COMMAND = Pattern.compile("/([a-z]+)(?:\\s+(.*))?", Pattern.DOTALL);
    private static final List<String> COMMANDS = List.of("help", "model", "system", "file", "save", "retry", "bye");

    /** The argument of {@code /system} that removes the instructions. */
    private static final String NONE = "-";

    private static final String HELP = """
            /model [NAME]   show or change the model
            /system [TEXT]  show or change the instructions
            /system -       remove the instructions
            /file FILE      give the model a file with the next message: text or an image
            /retry          take the last reply back and ask again
            /save FILE      write the conversation to a new file, as Markdown
            /bye            leave; so do Ctrl-D and two Ctrl-C
            A line that ends in \\, or with Alt-Enter, goes on in the next. Ctrl-C stops a reply.""";

    private final Conversation conversation;
    private final Lines lines;
    private final StopHook stop;
    private final Display display;
    private final boolean steps;
    private final List<Attachment> attachments;
    private boolean leaves;

    Talk(
            Conversation conversation, Lines lines, StopHook stop, Display display, boolean steps,
            List<Attachment> attachments) {
        this.conversation = conversation;
        this.lines = lines;
        this.stop = stop;
        this.display = display;
        this.steps = steps;
        this.attachments = new ArrayList<>(attachments);
    }

    /** Goes on to the end of the lines. A person sees a failure and can go on; a script fails with it. */
    void goOn() {
        for (String line; !leaves && (line = lines.next()) != null;) {
            if (line.isBlank()) {
                continue;
            }
            try {
                take(line);
            } catch (RunnelException | CommandException e) {
                Terminal.endLine();
                if (!lines.interactive()) {
                    throw e;
                }
                Terminal.error(e.getMessage());
            }
        }
    }

    private void take(String line) {
        Matcher command = COMMAND.matcher(line.strip());
        if (lines.interactive() && command.matches()) {
            String words = command.group(2);
            obey(command.group(1), words == null ? "" : words.strip());
        } else {
            List<Attachment> now = List.copyOf(attachments);
            attachments.clear();
            reply(() -> conversation.say(line, now));
        }
    }

    private void obey(String command, String words) {
        switch (command) {
            case "help" -> Terminal.entries(HELP);
            case "model" -> changeModel(words);
            case "system" -> changeInstructions(words);
            case "file" -> {
                attachments.add(Attachment.read(Path.of(needed(words, "/file FILE"))));
                Terminal.dim("The file goes with the next message.");
            }
            case "save" -> save(Path.of(needed(words, "/save FILE")));
            case "retry" -> reply(conversation::retry);
            case "bye", "exit", "quit" -> leaves = true;
            default -> throw new CommandException("there is no /" + command + meant(command)
                    + " /help lists the commands. To say a line that begins with /, put a space before it.");
        }
    }

    private static String meant(String command) {
        List<String> near = Nearest.meant(command, COMMANDS);
        return near.isEmpty() ? "." : "; did you mean /" + near.getFirst() + "?";
    }

    private static String needed(String words, String usage) {
        if (words.isEmpty()) {
            throw new CommandException("a file is missing: " + usage);
        }
        return words;
    }

    private void changeModel(String name) {
        if (!name.isEmpty()) {
            conversation.model(name);
            conversation.check();
        }
        Terminal.dim(conversation.model() + " answers.");
    }

    private void changeInstructions(String text) {
        if (!text.isEmpty()) {
            conversation.instructions(text.equals(NONE) ? "" : text);
        }
        String now = conversation.instructions();
        Terminal.dim(now == null || now.isEmpty()
                ? "There are no instructions."
                : "The instructions: " + now + (text.isEmpty() ? "\n/system - removes them." : ""));
    }

    private void save(Path file) {
        StringBuilder text = new StringBuilder();
        for (Message message : conversation.all()) {
            text.append(message.role() == Role.USER ? "## You\n\n" : "## " + conversation.model() + "\n\n")
                    .append(message.text().strip()).append("\n\n");
        }
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Terminal.dim("Saved to " + file.toAbsolutePath() + ".");
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(file + " already exists; choose another name");
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no folder " + file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new CommandException(file + " cannot be written: " + e.getMessage());
        }
    }

    private void reply(Supplier<RunStream> asking) {
        RunView view = new RunView(display, steps);
        Stopper stopper = new Stopper(stop);
        lines.onInterrupt(stopper);
        Run run;
        try (RunStream stream = asking.get()) {
            run = view.show(stream, changed -> {
                conversation.follow(changed);
                stopper.follow(changed);
            });
        } catch (ClosedStreamException e) {
            view.endReply();
            Terminal.dim("Stopped reading; the reply goes on.");
            return;
        } catch (OutputClosedException closed) {
            stop.cancelQuietly();
            throw closed;
        } finally {
            lines.onInterrupt(null);
            stopper.over();
        }
        end(view, run);
    }

    private void end(RunView view, Run run) {
        switch (run.status()) {
            case CANCELLED -> {
                view.endReply();
                Terminal.dim("stopped");
            }
            case REQUIRES_ACTION -> {
                conversation.cancel(run);
                throw new CommandException("the assistant asks for the output of " + RunView.wanted(run)
                        + ", which only a program can give; the run was cancelled");
            }
            default -> view.finish(run, true);
        }
    }
}
