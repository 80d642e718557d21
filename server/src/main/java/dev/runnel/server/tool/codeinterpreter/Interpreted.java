package dev.runnel.server.tool.codeinterpreter;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.sandbox.Outcome;
import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.ToolResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One call of code in a session: its files go in, its output is shown, the files that it makes come out. */
final class Interpreted {
    /** The beginning of all links of files. */
    static final String LINK = "sandbox:" + Sandbox.FOLDER + "/";

    /** The largest file that is handed back, in bytes. */
    private static final long MAX_FILE = 512L << 20;

    private final ThreadSession notes;
    private final Session session;
    private final RunFiles files;
    private final ToolContext context;
    private final List<String> images = new ArrayList<>();

    /** Sentences for the model beside the output. */
    private final List<String> told = new ArrayList<>();

    private int outputs;

    Interpreted(ThreadSession session, RunFiles files, ToolContext context) {
        this.notes = session;
        this.session = session.session();
        this.files = files;
        this.context = context;
    }

    /** The result of a call that came to nothing, which the step shows too. */
    static ToolResult failure(ToolContext context, String why) throws InterruptedException {
        context.show(output(0, Map.of("type", "logs", "logs", why)));
        return ToolResult.of(why);
    }

    ToolResult run(String code) throws InterruptedException {
        putFiles();
        notes.keep();
        Outcome outcome = session.run(code);
        String output = outcome.why().isEmpty() ? outcome.output() : line(outcome.output()) + outcome.why() + "\n";
        if (!output.isEmpty()) {
            show(Map.of("type", "logs", "logs", output));
        }
        for (String name : outcome.files()) {
            handBack(name);
        }
        notes.keep();
        if (outcome.moreFiles()) {
            told.add("Only the first " + outcome.files().size() + " files that the code made are handed back.");
        }
        if (outcome.how() == Outcome.How.LOST) {
            told.add("The Python session has ended: variables and files of earlier calls are gone. The next call begins"
                    + " a new one.");
        } else if (notes.fresh() && context.stepsBefore() > 0) {
            told.add(
                    "This was the first call of a new Python session: it has no variables and files of earlier calls.");
        }
        return result(output);
    }

    private ToolResult result(String output) {
        StringBuilder text = new StringBuilder(output.isEmpty() ? "The code printed nothing.\n" : line(output));
        told.forEach(sentence -> text.append('[').append(sentence).append("]\n"));
        return new ToolResult(text.toString(), null, null, Map.of(), new HandedFiles(images, links()));
    }

    private static String line(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    private Map<String, String> links() {
        Map<String, String> links = new TreeMap<>();
        notes.handedBack().forEach((name, fileId) -> links.put(LINK + name, fileId));
        return links;
    }

    // ---- files that go in

    private void putFiles() throws InterruptedException {
        for (RunFiles.Input input : files.inputs(context.run())) {
            if (!notes.inputs().containsKey(input.fileId())) {
                put(input);
            }
        }
    }

    private void put(RunFiles.Input input) throws InterruptedException {
        String name = name(input);
        try (InputStream content = files.open(input)) {
            String problem = session.put(name, input.bytes(), content);
            if (problem.isEmpty()) {
                notes.has(input.fileId(), name);
            } else {
                told.add("The file " + name + " could not be put into " + Sandbox.FOLDER + ": " + problem);
            }
        } catch (IOException | ToolException e) {
            told.add("The file " + name + " cannot be read: " + e.getMessage());
        }
    }

    /** A name for the folder that no other file there has. */
    private String name(RunFiles.Input input) {
        String name = input.name().replaceAll("[/\\p{Cntrl}\\p{Cf}\\p{Cs}]", "_").strip();
        boolean usable = !name.isEmpty() && !name.startsWith(".") && name.length() <= 100
                && !notes.inputs().containsValue(name);
        return usable ? name : input.fileId() + "-" + name.substring(Math.max(0, name.length() - 100));
    }

    // ---- files that come out

    private void handBack(String name) throws InterruptedException {
        ImageHead head = new ImageHead();
        try {
            String fileId = files.keep(context.run(), name.substring(name.lastIndexOf('/') + 1),
                    target -> session.read(name, MAX_FILE, head.before(target)));
            notes.handedBack(name, fileId);
            if (head.isImage()) {
                images.add(fileId);
                show(Map.of("type", "image", "image", Map.of("file_id", fileId)));
                told.add("The image " + name + " is shown to the user.");
            } else {
                told.add("The file " + name + " is the user's. Link to it: [" + name + "](" + LINK + name + ").");
            }
        } catch (IOException e) {
            told.add("The file " + name + " cannot be handed back: " + e.getMessage());
        }
    }

    private void show(Map<String, ?> shown) throws InterruptedException {
        context.show(output(outputs++, shown));
    }

    private static JsonValue output(int index, Map<String, ?> shown) {
        Map<String, Object> indexed = new LinkedHashMap<>();
        indexed.put("index", index);
        indexed.put("type", shown.get("type"));
        indexed.putAll(shown);
        return JsonValue.of(Map.of("outputs", List.of(indexed)));
    }

    /** Looks at the first bytes of a file while it is written. */
    private static final class ImageHead {
        private static final List<String> SIGNATURES = List.of("\u0089PNG\r\n\u001a\n", "\u00ff\u00d8\u00ff", "GIF87a",
                "GIF89a");

        private final StringBuilder head = new StringBuilder();

        OutputStream before(OutputStream target) {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    for (int i = from; i < from + length && head.length() < 12; i++) {
                        head.append((char) (bytes[i] & 0xff));
                    }
                    target.write(bytes, from, length);
                }
            };
        }

        boolean isImage() {
            String text = head.toString();
            return SIGNATURES.stream().anyMatch(text::startsWith)
                    || (text.startsWith("RIFF") && text.startsWith("WEBP", 8));
        }
    }
}
