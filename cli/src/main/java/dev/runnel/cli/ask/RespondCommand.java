package dev.runnel.cli.ask;

import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.base.OutputClosedException;
import dev.runnel.cli.objects.SearchedFiles;
import dev.runnel.cli.reply.ResponseView;
import dev.runnel.cli.servers.StopHook;
import dev.runnel.cli.servers.Target;
import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseTools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel respond}: one response, streamed. */
@Command(name = "respond", mixinStandardHelpOptions = true, description = "Streams one response of the Responses API, in a conversation of its own or in an existing one, and prints the reply as it comes.", footer = {
    "  runnel respond \"Tell me a short story.\"",
    "  runnel respond --files 'docs/*.md' \"How long is the warranty?\"",
    "  runnel respond --code --save out \"Plot sin(x).\"",
    "  runnel respond --server http://127.0.0.1:8080 --conversation thread_abc123 \"And tomorrow?\"",
    "  runnel respond --json \"Hi\" | jq -c 'select(.event == \"response.completed\") | .data.response.usage'"})
public final class RespondCommand implements Callable<Integer> {
    @Mixin
    Question question = new Question();

    @Mixin
    ToolOptions tools = new ToolOptions();

    @Option(names = "--conversation", paramLabel = "ID", description = "Answer in this conversation of the server, or in this thread: each thread is a conversation.")
    @Nullable
    String conversation;

    @Override
    public Integer call() {
        if (conversation != null && !question.source.remote()) {
            throw new MisusedException("a running server keeps conversations: name it with --server URL");
        }
        String prompt = question.prompt();
        List<Attachment> attachments = question.settings.attachments();
        List<Path> searched = tools.searched();
        ResponseView view = new ResponseView(question.display(), false);
        ResponseObject response;
        try (StopHook stop = new StopHook()) {
            Target target = stop.open(() -> question.source.open(null, tools.code));
            RunnelClient client = target.client();
            ResponseRequest.Builder request = ResponseRequest
                    .builder(question.source.model(target), List.of(Attachment.item(client, prompt, attachments)))
                    .background(true); // a response in the background can be cancelled
            question.settings.apply(request);
            if (conversation != null) {
                request.conversation(conversation);
            }
            List<JsonValue> offered = new ArrayList<>();
            if (tools.code) {
                offered.add(ResponseTools.codeInterpreter());
                request.include(List.of("code_interpreter_call.outputs"));
            }
            if (!searched.isEmpty()) {
                offered.add(ResponseTools.fileSearch(List.of(SearchedFiles.store(target, searched, "runnel respond"))));
            }
            if (!offered.isEmpty()) {
                request.tools(offered);
            }
            response = question.whole
                    ? whole(client, stop, request.build(), view)
                    : streamed(client, stop, request.build(), view);
            view.endReply();
            tools.keep(client, () -> MadeFiles.of(response));
        }
        view.finish(response, true);
        return 0;
    }

    private static ResponseObject streamed(
            RunnelClient client, StopHook stop, ResponseRequest request, ResponseView view) {
        try (ResponseStream stream = client.responses().stream(request)) {
            return view.show(stream, stop::follow);
        } catch (OutputClosedException closed) {
            stop.cancelQuietly();
            throw closed;
        }
    }

    private static ResponseObject whole(
            RunnelClient client, StopHook stop, ResponseRequest request, ResponseView view) {
        ResponseObject created = client.responses().background(request);
        stop.follow(created);
        view.waiting();
        ResponseObject response = client.responses().await(created.id());
        stop.follow(response);
        view.showWhole(response);
        return response;
    }
}
