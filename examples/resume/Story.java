import dev.runnel.client.Position;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Prints a story, and goes on exactly where it was when it is killed and started again: no word is lost or printed twice.
 *
 * <p>Each text is kept with its position in one line of a file, written before it is printed. A line that was not finished
 * does not count.
 */
public final class Story {
    /** The server may be restarted, too. */
    private static final RunOptions PATIENT = RunOptions.DEFAULT.withAutoResume(10);

    private final Path file;
    private Optional<Position> position = Optional.empty();

    private Story(Path file) {
        this.file = file;
    }

    public static void main(String[] args) throws IOException {
        String server = System.getenv().getOrDefault("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1");
        Story story = new Story(Path.of(args.length > 0 ? args[0] : "story.log"));
        story.readKept();
        try (RunnelClient client = RunnelClient.builder()
                .baseUrl(server).apiKey(System.getenv("OPENAI_API_KEY")).build();
                RunStream stream = story.open(client)) {
            for (RunEvent event : stream) {
                Optional<Position> at = stream.position();
                if (at.isPresent()) { // from the event on that tells which run it is
                    story.keep(at.get(), event);
                }
            }
            System.out.println();
            endUnlessCompleted(stream.finalRun());
        }
    }

    private static void endUnlessCompleted(Run run) {
        if (run.status() != RunStatus.COMPLETED) {
            LastError error = run.lastError();
            System.err.println("the run " + run.status().wire() + (error == null ? "" : ": " + error.message()));
            System.exit(1);
        }
    }

    private RunStream open(RunnelClient client) {
        return position.map(seen -> client.runs().resume(seen, PATIENT)).orElseGet(() -> {
            String assistantId = client.assistants().create(AssistantRequest.builder("demo").build()).id();
            return client.runs().streamWithThread(RunRequest.builder(assistantId)
                    .thread(ThreadRequest.of(MessageRequest.user("Tell me a long story.")))
                    .build(), PATIENT);
        });
    }

    private void keep(Position at, RunEvent event) throws IOException {
        String text = event instanceof RunEvent.MessageDelta delta ? delta.text() : "";
        String line = at + " " + escaped(text) + "\n";
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.print(text);
        System.out.flush();
    }

    /** On one line; {@link String#translateEscapes} undoes it. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    /** Prints what was kept, and cuts off a line that was not finished. */
    private void readKept() throws IOException {
        String kept = Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
        String whole = kept.substring(0, kept.lastIndexOf('\n') + 1);
        for (String line : whole.lines().toList()) {
            int blank = line.indexOf(' ');
            position = Optional.of(Position.parse(line.substring(0, blank)));
            System.out.print(line.substring(blank + 1).translateEscapes());
        }
        System.out.flush();
        if (!whole.equals(kept)) {
            Files.writeString(file, whole);
        }
    }
}
