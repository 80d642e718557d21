package dev.runnel.cli;

import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Usage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runnel run}: an assistant, a thread, and a run on it, streamed. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Streams a run: makes an assistant and a thread with the prompt, and prints the reply as it comes.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    Question question = new Question();

    @Override
    public Integer call() {
        String prompt = question.prompt();
        Tally tally = new Tally();
        Run run;
        try (StopHook stop = new StopHook()) {
            Target target = stop.open(question::open);
            RunnelClient client = target.client();
            AssistantRequest.Builder assistant = AssistantRequest.builder(question.model(target));
            if (question.system != null) {
                assistant.instructions(question.system);
            }
            RunRequest request = RunRequest.builder(client.assistants().create(assistant.build()).id())
                    .thread(ThreadRequest.of(MessageRequest.user(prompt)))
                    .build();
            run = question.whole ? whole(client, stop, request) : streamed(client, stop, request, tally);
        }
        return finish(run, tally);
    }

    private static Run streamed(RunnelClient client, StopHook stop, RunRequest request, Tally tally) {
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.MessageDelta delta && !delta.text().isEmpty()) {
                    tally.piece();
                    Terminal.print(delta.text());
                } else if (event instanceof RunEvent.RunChanged changed) {
                    stop.follow(changed.run());
                }
            }
            return stream.fold().run().orElseThrow(() -> new Failures.CommandException("the stream told of no run"));
        } catch (Failures.OutputClosedException closed) {
            cancelQuietly(stop);
            throw closed;
        }
    }

    private static void cancelQuietly(StopHook stop) {
        try {
            stop.cancel();
        } catch (RunnelException e) {
            // It has ended by itself, or its server has; nobody reads on.
        }
    }

    private static Run whole(RunnelClient client, StopHook stop, RunRequest request) {
        Run created = client.runs().createWithThread(request);
        stop.follow(created);
        Run run = client.runs().await(created.threadId(), created.id());
        stop.follow(run);
        for (Message message : client.messages().ofRun(run.threadId(), run.id()).oldestFirst()) {
            Terminal.print(message.text());
        }
        return run;
    }

    private Integer finish(Run run, Tally tally) {
        Terminal.endReply();
        LastError error = run.lastError();
        if (error != null) {
            throw new Failures.CommandException("the run failed (" + error.code() + "): " + error.message());
        }
        Usage usage = run.usage();
        Terminal.dim(tally.line(run.model(), usage == null ? 0 : usage.completionTokens(), !question.whole));
        return switch (run.status()) {
            case COMPLETED -> 0;
            case INCOMPLETE -> {
                String reason = run.incompleteDetails() == null ? "no reason given" : run.incompleteDetails().reason();
                throw new Failures.CommandException("the reply was cut off: " + reason);
            }
            default -> throw new Failures.CommandException("the run ended as " + run.status().wire());
        };
    }
}
