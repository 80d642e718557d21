import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.responses.ResponseRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks one question a call. A file keeps the id of the last response, so each call goes on with the conversation. */
public final class Ask {
    private Ask() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: java Ask.java FILE QUESTION");
            System.exit(2);
        }
        Path file = Path.of(args[0]);
        String server = System.getenv().getOrDefault("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1");
        ResponseRequest.Builder request = ResponseRequest.builder("demo", args[1]).instructions("Be brief.");
        if (Files.exists(file)) {
            request.previousResponseId(Files.readString(file));
        }
        try (RunnelClient client = RunnelClient.builder()
                .baseUrl(server).apiKey(System.getenv("OPENAI_API_KEY")).build();
                ResponseStream stream = client.responses()
                        .stream(request.build(), RunOptions.DEFAULT.withAutoResume(5))) { // goes on after a break
            stream.textDeltas().forEach(System.out::print);
            System.out.println();
            Files.writeString(file, stream.responseId().orElseThrow());
        } catch (RunnelException e) { // no connection, a refusal, or a response that failed
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
