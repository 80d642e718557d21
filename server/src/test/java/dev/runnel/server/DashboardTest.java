package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static dev.runnel.server.options.ServerOptions.OTLP_ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard for Grafana asks for figures that there are, and is laid out as Grafana wants it. */
@Timeout(60)
class DashboardTest {
    private static final Path FILE = Path.of("../packaging/grafana/runnel.json");
    private static final Pattern ASKED = Pattern.compile("([a-z][a-z0-9_]*)\\{");
    private static final Pattern LABELS = Pattern.compile("(?:by \\(|\\{\\{|, )([a-z][a-z0-9_]*)(?=[,)}]|=~?\")");
    private static final int COLUMNS = 24;

    @TempDir
    Path folder;

    private static JsonNode dashboard() throws IOException {
        return Answer.tree(Files.readString(FILE));
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static List<JsonNode> panels(String type) throws IOException {
        return list(dashboard().path("panels")).stream().filter(panel -> panel.path("type").asText().equals(type))
                .toList();
    }

    private static List<String> questions() throws IOException {
        return panels("timeseries").stream().flatMap(panel -> list(panel.path("targets")).stream())
                .map(target -> target.path("expr").asText()).toList();
    }

    /** The figures of a server that has done a bit of everything. */
    private String figures() {
        try (ScriptedCollector collector = new ScriptedCollector();
                TestServer server = TestServer.startWithTools(folder,
                        options -> options.with(OTLP_ENDPOINT, collector.url()).with(IGNORE_UNSUPPORTED_TOOLS, true),
                        ScriptedTool.python((call, context) -> ToolResult.of("42")))) {
            server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "python", "{}")),
                    Script.chatWithUsage(3, 2, "Hi"));
            try (EventReader reader = server.run(
                    server.newAssistant("{\"model\":\"m\",\"tools\":[{\"type\":\"code_interpreter\"}]}"),
                    server.newThread())) {
                reader.rest();
            }
            return server.sendToRoot("GET", "/metrics", "").body();
        }
    }

    @Test
    void eachFigureAndLabelThatItAsksForIsThere() throws Exception {
        String figures = figures();
        Set<String> names = figures.lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0]).collect(Collectors.toSet());
        Set<String> labels = Pattern.compile("[{,]([a-z_]+)=").matcher(figures).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(HashSet::new));
        labels.addAll(Set.of("job", "instance")); // Prometheus adds them

        Set<String> asked = new TreeSet<>();
        Set<String> askedLabels = new TreeSet<>();
        for (String question : questions()) {
            ASKED.matcher(question).results().forEach(found -> asked.add(found.group(1)));
            LABELS.matcher(question).results().forEach(found -> askedLabels.add(found.group(1)));
        }
        assertThat(asked).hasSizeGreaterThan(15);
        assertThat(names).containsAll(asked);
        assertThat(askedLabels).contains("runnel_run_status", "gen_ai_request_model");
        assertThat(labels).containsAll(askedLabels);
    }

    @Test
    void eachQuestionIsAboutTheServersThatAreChosen() throws Exception {
        assertThat(questions()).isNotEmpty().allSatisfy(question -> {
            assertThat(question.split("\\{", -1).length).isEqualTo(question.split("\\}", -1).length);
            assertThat(ASKED.matcher(question).results().count())
                    .isEqualTo(Pattern.compile("\\{job=~\"\\$job\", instance=~\"\\$instance\"").matcher(question)
                            .results().count());
        });
        assertThat(list(dashboard().at("/templating/list")).stream().map(variable -> variable.path("name").asText()))
                .containsExactly("datasource", "job", "instance");
    }

    @Test
    void panelsHaveTheirOwnIdsAndPlacesAndSayWhatTheyShow() throws Exception {
        List<Integer> ids = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : list(dashboard().path("panels"))) {
            ids.add(panel.path("id").intValue());
            JsonNode place = panel.path("gridPos");
            for (int x = place.path("x").intValue(); x < place.path("x").intValue() + place.path("w").intValue(); x++) {
                assertThat(x).isBetween(0, COLUMNS - 1);
                for (int y = place.path("y").intValue(); y < place.path("y").intValue()
                        + place.path("h").intValue(); y++) {
                    assertThat(taken.add(x + " " + y)).as("%s alone at %d, %d", panel.path("title"), x, y).isTrue();
                }
            }
        }
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id > 0);
        assertThat(panels("row").size() + panels("timeseries").size()).isEqualTo(ids.size());
        assertThat(panels("timeseries")).allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText()).isNotBlank();
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
            assertThat(list(panel.path("targets")).stream().map(target -> target.path("refId").asText()))
                    .isNotEmpty().doesNotHaveDuplicates();
        });
    }

    @Test
    void itCanBeImportedAndFoundAgain() throws Exception {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.path("title").asText()).isEqualTo("Runnel");
        assertThat(dashboard.path("uid").asText()).matches("[a-z0-9-]{1,40}");
        assertThat(dashboard.path("schemaVersion").intValue()).isPositive();
        assertThat(dashboard.has("id")).as("Grafana gives the id").isFalse();
    }
}
