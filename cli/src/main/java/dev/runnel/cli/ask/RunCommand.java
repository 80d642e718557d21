package dev.runnel.cli.ask;

import dev.runnel.cli.base.OutputClosedException;
import dev.runnel.cli.objects.SearchedFiles;
import dev.runnel.cli.reply.RunView;
import dev.runnel.cli.servers.StopHook;
import dev.runnel.cli.servers.Target;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runnel run}: an assistant, a thread, and a run on it, streamed. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Streams one run: makes an assistant and a thread with the prompt, and prints the reply as it comes. The assistant is removed at the end.", footer = {
    "  runnel run \"Tell me a short story.\"",
    "  runnel run --model-url http://127.0.0.1:11434/v1 --model qwen3 --system \"Be brief.\" < question.txt",
    "  runnel run --files 'docs/*.md' \"How long is the warranty?\"",
    "  runnel run --code --save out \"Plot sin(x).\"",
    "  runnel run --json \"Hi\" | jq -c 'select(.event == \"thread.run.completed\") | .data.usage'"})
public final class RunCommand implements Callable<Integer> {
    @Mixin
    Question question = new Question();

    @Mixin
    ToolOptions tools = new ToolOptions();

    @Override
    public Integer call() {
        String prompt = question.prompt();
        List<Attachment> attachments = question.settings.attachments();
        List<Path> searched = tools.searched();
        RunView view;
        Run run;
        try (StopHook stop = new StopHook()) {
            Target target = stop.open(() -> question.source.open(null, tools.code));
            RunnelClient client = target.client();
            String assistant = target
                    .assistant(question.settings.assistant(question.source.model(target), "runnel run"));
            ThreadRequest thread = ThreadRequest.of(Attachment.message(client, prompt, attachments));
            RunRequest.Builder request = RunRequest.builder(assistant).thread(thread);
            List<Tool> offered = new ArrayList<>();
            if (tools.code) {
                offered.add(new Tool.CodeInterpreter());
            }
            if (!searched.isEmpty()) {
                String store = SearchedFiles.store(target, searched, "runnel run");
                offered.add(new Tool.FileSearch(null));
                request.toolResources(JsonValue.of(Map.of("file_search", Map.of("vector_store_ids", List.of(store)))));
            }
            if (!offered.isEmpty()) {
                request.tools(offered);
            }
            question.settings.apply(request);
            view = new RunView(question.display(), false);
            run = question.whole
                    ? whole(client, stop, request.build(), view)
                    : streamed(client, stop, request.build(), view);
            view.endReply();
            tools.keep(client, () -> MadeFiles.of(client, run));
        }
        view.finish(run, true);
        return 0;
    }

    private static Run streamed(RunnelClient client, StopHook stop, RunRequest request, RunView view) {
        try (RunStream stream = client.runs().streamWithThread(request)) {
            return view.show(stream, stop::follow);
        } catch (OutputClosedException closed) {
            stop.cancelQuietly();
            throw closed;
        }
    }

    private static Run whole(RunnelClient client, StopHook stop, RunRequest request, RunView view) {
        Run created = client.runs().createWithThread(request);
        stop.follow(created);
        view.waiting();
        Run run = client.runs().await(created.threadId(), created.id());
        stop.follow(run);
        view.showWhole(client, run);
        return run;
    }
}
