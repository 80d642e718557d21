package dev.runnel.cli.serve;

import dev.runnel.cli.servers.ModelSource;
import dev.runnel.server.options.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The tables of options in the documentation tell what the options' declarations say. */
class OptionDocsTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Path DOCS = Path.of("..").toAbsolutePath();

    private static final List<Option<?>> DECLARED = Stream
            .concat(ServeOptions.ALL.stream(), Stream.of(ModelSource.URL, ModelSource.KEY)).toList();

    /** A row of a table: what stands in code marks in each of its columns. */
    private record Row(List<String> options, List<String> variables, List<String> defaults) {
        List<Option<?>> declared() {
            return options.stream().<Option<?>>map(Row::declared).toList();
        }

        private static Option<?> declared(String written) {
            String name = written.replaceFirst(" .*", "");
            Option<?> found = DECLARED.stream().filter(option -> option.typed().equals(name)).findFirst()
                    .orElseThrow(() -> new AssertionError("there is no option " + name));
            assertThat(written).isIn(name, name + " " + found.kind().label());
            return found;
        }
    }

    private static List<Row> rows(String file) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> heading = List.of();
        for (String line : Files.readAllLines(DOCS.resolve(file))) {
            List<String> cells = line.startsWith("|") ? List.of(line.substring(1).split("\\|", -1)) : List.of();
            if (cells.isEmpty()) {
                heading = List.of();
            } else if (heading.isEmpty()) {
                heading = cells.stream().map(String::strip).toList();
            } else if (heading.contains("option") && cells.getFirst().contains("`--")) {
                List<String> columns = heading;
                Function<String, List<String>> column = name -> columns.contains(name)
                        ? CODE.matcher(cells.get(columns.indexOf(name))).results().map(match -> match.group(1)).toList()
                        : List.of();
                rows.add(new Row(column.apply("option"), column.apply("environment"), column.apply("default")));
            }
        }
        return rows;
    }

    private static List<String> variables(List<Option<?>> options) {
        return options.stream().map(Option::variable).filter(each -> each != null).map(Option.Variable::name).toList();
    }

    /** The defaults that have a value; for the others the table may use other words than the help. */
    private static List<String> defaults(List<Option<?>> options) {
        return options.stream().filter(option -> option.fallback() != null).map(Option::fallbackText)
                .filter(text -> !text.isEmpty()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/serving.md"})
    void tablesGiveTheVariablesAndDefaultsThatAreDeclared(String file) throws IOException {
        assertThat(rows(file)).isNotEmpty().allSatisfy(row -> {
            assertThat(row.variables).as("variables of %s", row.options).isEqualTo(variables(row.declared()));
            assertThat(row.defaults).as("defaults of %s", row.options).isEqualTo(defaults(row.declared()));
        });
    }

    @Test
    void thePageForOperatorsHasEachOptionOnce() throws IOException {
        assertThat(rows("docs/serving.md").stream().flatMap(row -> row.declared().stream()))
                .containsExactlyInAnyOrderElementsOf(DECLARED);
    }
}
