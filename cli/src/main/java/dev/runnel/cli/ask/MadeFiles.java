package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Annotation;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The files that the code of a run or a response has made, as its steps, items and messages name them. */
final class MadeFiles {
    /** Where a response's image is, and whose id is in the path. */
    private static final Pattern CONTENT = Pattern.compile("/files/([^/]+)/content$");

    private MadeFiles() {}

    /** The ids of a run's files. */
    static Set<String> of(RunnelClient client, Run run) {
        Set<String> ids = new LinkedHashSet<>();
        for (RunStep step : client.runs().steps(run.threadId(), run.id()).oldestFirst()) {
            if (step.stepDetails() instanceof StepDetails.ToolCalls calls) {
                calls.toolCalls().forEach(call -> addImages(call, ids));
            }
        }
        for (Message message : client.messages().ofRun(run.threadId(), run.id()).oldestFirst()) {
            message.content().forEach(part -> addFiles(part, ids));
        }
        return ids;
    }

    /** The ids of a response's files. */
    static Set<String> of(ResponseObject response) {
        Set<String> ids = new LinkedHashSet<>();
        for (ResponseItem item : response.output()) {
            if (item instanceof ResponseItem.CodeInterpreterCall call) {
                List<JsonValue> outputs = call.outputs();
                for (JsonValue output : outputs == null ? List.<JsonValue>of() : outputs) {
                    CONTENT.matcher(output.get("url").text()).results().forEach(found -> ids.add(found.group(1)));
                }
            } else if (item instanceof ResponseItem.Message message) {
                message.content().forEach(part -> addLinked(part, ids));
            }
        }
        return ids;
    }

    private static void addLinked(JsonValue part, Set<String> ids) {
        for (JsonValue annotation : part.get("annotations").elements()) {
            if (annotation.get("type").text().equals("container_file_citation")) {
                ids.add(annotation.get("file_id").text());
            }
        }
    }

    private static void addImages(StepToolCall call, Set<String> ids) {
        if (call instanceof StepToolCall.CodeInterpreter code) {
            for (StepToolCall.CodeInterpreter.Output output : code.codeInterpreter().outputs()) {
                if (output instanceof StepToolCall.CodeInterpreter.Image image) {
                    ids.add(image.image().fileId());
                }
            }
        }
    }

    private static void addFiles(MessageContent part, Set<String> ids) {
        if (part instanceof MessageContent.ImageFile image) {
            ids.add(image.imageFile().get("file_id").text());
        } else if (part instanceof MessageContent.Text text) {
            for (Annotation annotation : text.text().annotations()) {
                if (annotation instanceof Annotation.FilePath path) {
                    ids.add(path.filePath().fileId());
                }
            }
        }
    }

    /** Saves files in a folder, which is made if need be. No file there is replaced. */
    static void save(RunnelClient client, Set<String> ids, Path folder) {
        try {
            Files.createDirectories(folder);
            for (String id : ids) {
                FileObject file = client.files().get(id);
                Path target = free(folder, file.filename());
                try (InputStream content = client.files().content(id)) {
                    Files.copy(content, target);
                }
                Terminal.dim("saved " + target);
            }
        } catch (IOException e) {
            throw new CommandException("the files cannot be saved in " + folder + ": " + e.getMessage());
        }
    }

    /** A path in the folder that is free. The name comes from a stranger's code. */
    private static Path free(Path folder, String name) {
        String plain = name.replaceAll("[/\\\\:\\p{Cntrl}]", "_").replaceFirst("^\\.+", "_");
        String safe = plain.isBlank() ? "file" : plain;
        int dot = safe.lastIndexOf('.') > 0 ? safe.lastIndexOf('.') : safe.length();
        Path path = folder.resolve(safe);
        for (int n = 2; Files.exists(path); n++) {
            path = folder.resolve(safe.substring(0, dot) + "-" + n + safe.substring(dot));
        }
        return path;
    }

    /** Says how many files there are. */
    static void hint(Set<String> ids) {
        if (!ids.isEmpty()) {
            Terminal.dim(ids.size() == 1
                    ? "The code made 1 file; --save FOLDER keeps it."
                    : "The code made " + ids.size() + " files; --save FOLDER keeps them.");
        }
    }
}
