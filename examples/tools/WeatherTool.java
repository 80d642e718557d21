import dev.runnel.client.Description;
import dev.runnel.client.FunctionTool;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.client.Tools;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;

/** Lets the model call a function of this program: the stream answers the calls and goes on. */
public final class WeatherTool {
    record Place(@Description("as in Oslo, Norway") String city) {}

    record Weather(String sky, int celsius) {}

    private WeatherTool() {}

    public static void main(String[] args) {
        String server = System.getenv().getOrDefault("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1");
        String question = args.length > 0 ? String.join(" ", args) : "What is the weather in Oslo?";
        Tools tools = Tools.of(FunctionTool.of("get_weather", "Tells the weather in a city", Place.class, place -> {
            System.out.println("[asked for the weather in " + place.city() + "]");
            return new Weather("sunny", place.city().length());
        }));
        try (RunnelClient client = RunnelClient.builder()
                .baseUrl(server).apiKey(System.getenv("OPENAI_API_KEY")).build()) {
            String assistantId = client.assistants().create(AssistantRequest.builder("demo").build()).id();
            RunRequest request = RunRequest.builder(assistantId)
                    .thread(ThreadRequest.of(MessageRequest.user(question)))
                    .build();
            try (RunStream stream = client.runs().streamWithThread(request, RunOptions.DEFAULT.withTools(tools))) {
                stream.textDeltas().forEach(System.out::print);
                System.out.println();
            }
        } catch (RunnelException e) { // no connection, a refusal, or a run that failed
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
