package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.http.openapi.OpenApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code docs/compatibility.md} against what the server says of itself, and where there is a copy, against OpenAI's document. */
@Timeout(180)
class CompatibilityTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static List<Section> sections = List.of();
    private static JsonNode ours = Answer.tree("{}");
    private static JsonNode official = Answer.tree("{}");
    private static JsonNode responses = Answer.tree("{}");

    /** A row's names, and whether there is what it names, at least in part. */
    private record Row(List<String> names, boolean there) {}

    /** A heading with the table below it. */
    private record Section(String heading, List<Row> rows) {
        List<String> schemas() {
            return code(heading);
        }

        Set<String> names(boolean there) {
            return rows.stream().filter(row -> row.there == there)
                    .flatMap(row -> row.names.stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        Set<String> allNames() {
            Set<String> all = names(true);
            all.addAll(names(false));
            return all;
        }
    }

    @BeforeAll
    static void read(@TempDir Path folder) throws IOException {
        try (TestServer server = TestServer.startDemo(folder)) {
            ours = server.openApi();
        }
        official = OfficialDocument.read().map(JsonNode.class::cast).orElse(official);
        responses = OfficialDocument.responses().map(JsonNode.class::cast).orElse(responses);
        sections = parse(Files.readAllLines(Path.of("..", "docs", "compatibility.md")));
    }

    private static List<Section> parse(List<String> lines) {
        List<Section> found = new ArrayList<>();
        boolean listed = false;
        for (String line : lines) {
            if (line.startsWith("#")) {
                found.add(new Section(line.replaceFirst("#+ ", ""), new ArrayList<>()));
            }
            listed = line.matches("\\| (endpoint|field|event) .*") || (listed && line.startsWith("|"));
            if (listed && line.startsWith("| `")) {
                String[] cells = line.split(" \\| ?", -1);
                assertThat(cells[1]).as(line).isIn("same", "extended", "not yet", "left out");
                found.getLast().rows
                        .add(new Row(code(cells[0]), !cells[1].equals("not yet") && !cells[1].equals("left out")));
            }
        }
        return found;
    }

    private static List<String> code(String text) {
        return CODE.matcher(text).results().map((MatchResult result) -> result.group(1)).toList();
    }

    private static Section section(String heading) {
        return sections.stream().filter(section -> section.heading.equals(heading)).findFirst().orElseThrow();
    }

    private static Set<String> operations(JsonNode document, String base) {
        Set<String> operations = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(
                method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + base + path.getKey())));
        return operations;
    }

    private static Set<String> fields(JsonNode document, String schema) {
        Set<String> fields = new TreeSet<>();
        JsonNode named = document.at("/components/schemas/" + schema);
        named.path("properties").fieldNames().forEachRemaining(fields::add);
        named.path("allOf").forEach(part -> {
            part.path("properties").fieldNames().forEachRemaining(fields::add);
            fields.addAll(fields(document, part.path("$ref").asText("none").replaceAll(".*/", "")));
        });
        return fields;
    }

    /** The fields of a schema of OpenAI's documents. */
    private static Set<String> officialFields(String schema) {
        boolean first = official.at("/components/schemas").has(schema);
        return fields(first ? official : responses, schema);
    }

    @Test
    void theTestsThatAreSaidToShowItAreThere() throws IOException {
        String page = Files.readString(Path.of("..", "CONTRIBUTING.md"));
        String section = page.substring(page.indexOf("\n## How conformance is tested"));
        Set<String> named = code(section).stream().filter(name -> name.matches("\\w+Test")).collect(Collectors.toSet());
        Set<String> there = new TreeSet<>();
        for (String module : List.of("protocol", "client", "server")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test"))) {
                files.map(file -> file.getFileName().toString().replaceFirst("\\.java$", "")).forEach(there::add);
            }
        }

        assertThat(named).hasSizeGreaterThan(15).isSubsetOf(there);
    }

    @Test
    void everyRouteHasARowAndEveryRowThatPromisesARouteHasOne() {
        assertThat(section("Endpoints").names(true)).isEqualTo(operations(ours, "")).hasSizeGreaterThan(30);
        assertThat(section("Endpoints").allNames()).containsAll(operations(official, "/v1"))
                .containsAll(operations(responses, "/v1"));
    }

    /** The answer of a missing route says the same as the page. */
    @Test
    void theOtherPartsOfTheApiAreToldAsThePageTellsThem(@TempDir Path folder) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "compatibility.md"));
        List<MatchResult> rows = Pattern.compile("(?m)^\\| `(/v1/\\w+)` \\| (not yet|left out) ").matcher(page)
                .results()
                .toList();
        assertThat(rows).hasSizeGreaterThan(10);
        try (TestServer server = TestServer.startDemo(folder)) {
            for (MatchResult row : rows) {
                assertThat(server.sendToRoot("POST", row.group(1), "").error().path("message").asText())
                        .contains(row.group(2).equals("not yet") ? "not served yet" : "not planned");
            }
        }
    }

    @Test
    void theVersionOfOpenAisDocumentIsThatOfTheCopy() {
        for (JsonNode document : List.of(official, responses)) {
            assertThat(document.at("/info/version").asText(OpenApi.OFFICIAL)).isEqualTo(OpenApi.OFFICIAL);
        }
    }

    @Test
    void everyEventHasARow() {
        Set<String> described = new TreeSet<>();
        ours.at("/components/schemas/RunEvent/oneOf")
                .forEach(event -> described.add(event.at("/properties/event/const").asText()));

        assertThat(section("Stream events").names(true)).isEqualTo(described).hasSizeGreaterThan(20);
        Set<String> ofResponses = new TreeSet<>();
        ours.at("/components/schemas/ResponseEvent/oneOf")
                .forEach(event -> ofResponses.add(event.at("/properties/event/const").asText()));
        assertThat(section("Events of responses").names(true)).isEqualTo(ofResponses).hasSizeGreaterThan(20);
    }

    @Test
    void everyFieldHasARowAndEveryRowThatPromisesAFieldHasOne() {
        Map<String, Section> bySchema = new LinkedHashMap<>();
        sections.stream().filter(section -> !section.schemas().isEmpty())
                .forEach(section -> bySchema.put(section.schemas().getFirst(), section));

        for (String schema : exchanged()) {
            Section section = bySchema.get(schema);
            assertThat(section).as("a section for %s", schema).isNotNull();
            assertThat(section.names(true)).as(section.heading).isEqualTo(fields(ours, schema));
            section.schemas().stream().skip(1).forEach(theirs -> assertThat(withoutForms(section.allNames()))
                    .as(section.heading).containsAll(officialFields(theirs)));
        }
        assertThat(bySchema.keySet()).isEqualTo(exchanged());
    }

    /** The schemas of all that is sent and answered; the lists are all alike. */
    private static Set<String> exchanged() {
        Set<String> names = new TreeSet<>();
        ours.path("paths").findParents("schema").forEach(content -> {
            String reference = content.at("/schema/$ref").asText();
            JsonNode options = ours.at(reference.replaceFirst("^#", "")).path("oneOf");
            if (reference.endsWith("/ResponseItem")) {
                options.forEach(option -> names.add(option.path("$ref").asText().replaceAll(".*/", "")));
            } else if (!reference.isEmpty() && !reference.endsWith("Event")) {
                names.add(reference.replaceAll(".*/", "").replaceAll("\\w+Page$", "RunPage"));
            }
        });
        names.add("ErrorObject");
        return names;
    }

    /** A form's field {@code a[b]} is a part of what the document calls {@code a}. */
    private static Set<String> withoutForms(Set<String> names) {
        return names.stream().map(name -> name.replaceFirst("\\[\\w+]$", "")).collect(Collectors.toSet());
    }
}
