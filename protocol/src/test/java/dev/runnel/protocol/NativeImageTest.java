package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.runnel.protocol.json.Json;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The types that a native image is told of: every type that Jackson meets by reflection. */
class NativeImageTest {
    private static final String LIST = "/META-INF/native-image/dev.runnel/runnel-protocol/reflect-config.json";

    @Test
    void everyTypeThatJacksonMeetsIsListedAsAWhole() throws Exception {
        JsonNode entries = entries();
        List<String> names = entries.findValuesAsText("name");
        assertThat(names).containsExactlyElementsOf(typesOfJson());
        for (JsonNode entry : entries) {
            for (String what : List.of(
                    "allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields", "allRecordComponents")) {
                assertThat(entry.path(what).asBoolean()).as("%s of %s", what, entry).isTrue();
            }
        }
    }

    private static JsonNode entries() throws Exception {
        try (InputStream in = Objects.requireNonNull(Run.class.getResourceAsStream(LIST), LIST)) {
            return Json.readTree(in.readAllBytes());
        }
    }

    private static Iterable<String> typesOfJson() throws Exception {
        Path classes = Path.of(Run.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".")
                        .replaceFirst("\\.class$", "");
                if (!name.endsWith("-info") && isOfJson(Class.forName(name, false, Run.class.getClassLoader()))) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** Records and enums, of which a few are only folded; the unions of them; and what reads and writes these. */
    private static boolean isOfJson(Class<?> type) {
        return type.isRecord()
                || (type.isEnum() && Modifier.isPublic(type.getModifiers()))
                || type.isAnnotationPresent(JsonDeserialize.class)
                || JsonDeserializer.class.isAssignableFrom(type)
                || JsonSerializer.class.isAssignableFrom(type);
    }
}
