package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.WireText.Line;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.protocol.WireText.json;
import static org.assertj.core.api.Assertions.assertThat;

/** The fold against fixtures that a fold in another language is held against too: {@code folds.json}. */
class SharedFoldsTest {

    /** One fixture; its name tells it apart. */
    record Fixture(JsonNode json) {
        @Override
        public String toString() {
            return json.path("name").asText();
        }

        List<Line> lines() {
            List<Line> lines = new ArrayList<>();
            json.path("streams").forEach(stream -> lines.addAll(WireText.recorded(stream.asText())));
            json.path("events").forEach(event -> lines.add(
                    new Line(event.path("event").asText(), event.path("data").toString())));
            return lines;
        }
    }

    static Stream<Fixture> fixtures() {
        try (InputStream in = Objects.requireNonNull(SharedFoldsTest.class.getResourceAsStream("folds.json"))) {
            List<Fixture> all = new ArrayList<>();
            Json.readTree(in.readAllBytes()).forEach(each -> all.add(new Fixture(each)));
            return all.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void eachFixtureFoldsToWhatItSays(Fixture fixture) {
        RunFold fold = new RunFold();
        fixture.lines().forEach(line -> fold.apply(line.decoded()));

        ObjectNode seen = Json.object();
        seen.set("thread", fold.thread().map(WireText::json).orElse(null));
        seen.set("run", fold.run().map(WireText::json).orElse(null));
        seen.set("messages", json(fold.messages()));
        seen.set("steps", json(fold.steps()));
        assertThat(json(seen)).isEqualTo(fixture.json().path("expected"));
    }
}
