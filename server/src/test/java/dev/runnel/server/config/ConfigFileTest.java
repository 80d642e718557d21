package dev.runnel.server.config;

import dev.runnel.client.transport.ProxySettings;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.ProjectLimits;
import dev.runnel.server.projects.ProjectPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The contents of a configuration file, and the words about its mistakes. */
class ConfigFileTest {
    private static final ProxySettings PROXIES = ProxySettings.fromJava();

    @TempDir
    Path folder;

    private ConfigFile read(String text) throws IOException {
        Path file = folder.resolve("runnel.yaml");
        Files.writeString(file, text);
        return ConfigFile.read(file, ServerOptions.OFFERED, Map.of("THERE", "sk-there-0123456789", "SHORT", "short"),
                _ -> PROXIES);
    }

    private static Stream<Map.Entry<String, String>> mistakes() {
        return Map.ofEntries(
                Map.entry("prot: 1",
                        "runnel.yaml, line 1, column 1: the file has no member 'prot'; did you mean 'port'?"),
                Map.entry("port: 99999",
                        "runnel.yaml, line 1, column 7: port: '99999' is not a number from 0 to 65535"),
                Map.entry("max-runs: 0", "line 1, column 11: max-runs: '0' is not a number from 1 to"),
                Map.entry("port: 0\nport: 1", "line 2, column 1: 'port' stands twice in the file, first in line 1"),
                Map.entry("servers:\n  a: {url: 'http://x/v1'}\n  a: {url: 'http://y/v1'}",
                        "line 3, column 3: 'a' stands twice in servers, first in line 2"),
                Map.entry("servers:\n  a: {url: 'http://x/v1', key-env: NOT_THERE}",
                        "line 2, column 36: the environment has no variable NOT_THERE; set it to the key of the server a"),
                Map.entry("servers:\n  a: {url: 'http://x/v1', key: abc}", "write key-env: VARIABLE or key-file: FILE"),
                Map.entry("servers:\n  a: {url: 'http://x/v1', max-concurrent: 0}",
                        "line 2, column 43: max-concurrent: '0' is not a number from 1"),
                Map.entry("servers:\n  a: {}", "line 2, column 3: the server a has no url"),
                Map.entry("servers:\n  a: {url: 'ftp://x'}", "line 2, column 12: url: "),
                Map.entry("models:\n  a: b\n  b: c\n  c: a", "the alias a leads in a circle: a → b → c → a"),
                Map.entry("servers:\n  gpu1: {url: 'http://x/v1'}\nmodels:\n  a: b on gpu2",
                        "line 4, column 6: there is no server 'gpu2'; did you mean 'gpu1'?"),
                Map.entry("servers: [", "it is not YAML"),
                Map.entry("projects:\n  a: {storage: 0}", "line 2, column 16: storage: '0' is not a size from 1 to"),
                Map.entry("projects:\n  a: {requests-per-minute: 0}",
                        "line 2, column 28: requests-per-minute: '0' is not a number from 1 to"),
                Map.entry("projects:\n  a: {tokens-per-day: 1e9}", "line 2, column 23: tokens-per-day: '1e9' is not"),
                Map.entry("projects:\n  a: {}\n  a: {}",
                        "line 3, column 3: 'a' stands twice in projects, first in line 2"),
                Map.entry("projects:\n  Search: {}",
                        "line 2, column 3: 'Search' is not a project's name; write up to 64"),
                Map.entry("projects:\n  a: {key-env: NOT_THERE}", "line 2, column 16: the environment has no variable"
                        + " NOT_THERE; set it to a key of the project a"),
                Map.entry("projects:\n  a: {key-env: [THERE, SHORT]}",
                        "line 2, column 24: the project a: API key 1 has 5 characters; a key has 16 to 512"),
                Map.entry("projects:\n  a: {key-file: nowhere}",
                        "line 2, column 17: the project a: there is no file of API keys at"),
                Map.entry("projects:\n  a: {key-env: THERE}\n  b: {key-env: THERE}",
                        "line 3, column 3: the project b has a key that the project a has too; give each"),
                Map.entry("api-key: sk-there-0123456789\nprojects:\n  a: {key-env: THERE}",
                        "line 3, column 3: the project a has a key that stands under api-key too"),
                Map.entry("projects:\n  a: {key: sk-there-0123456789}",
                        "line 2, column 7: a key does not stand in the file"),
                Map.entry("projects:\n  a: {models: [gpt-4o, '*-*']}",
                        "line 2, column 24: '*-*' is not a model's name; at most one"),
                Map.entry("projects:\n  a: {tokens-per-hour: 1}",
                        "line 2, column 7: the project a has no member 'tokens-per-hour'; did you mean"),
                Map.entry("servers: 7", "line 1, column 10: servers must be a mapping")).entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsToldInALineThatSaysWhereItIsAndWhatToWrite(Map.Entry<String, String> mistake) {
        assertThatThrownBy(() -> read(mistake.getKey() + "\n")).isInstanceOf(ConfigException.class)
                .message().startsWith(folder.toString()).contains(mistake.getValue()).hasLineCount(1);
    }

    @Test
    void aProjectHasKeysAndLimits() throws IOException {
        Files.writeString(folder.resolve("keys.txt"), "sk-first-0123456789\nsk-second-0123456789 # the batch job\n");
        ProjectPlan plan = read("""
                projects:
                  search:
                    key-env: THERE
                    key-file: keys.txt
                    models: [gpt-4o, "claude-*"]
                    requests-per-minute: 600
                    tokens-per-minute: 200000
                    tokens-per-day: 5000000000
                    concurrent-runs: 20
                    storage: 10g
                  mail:
                """).projects().getFirst();
        assertThat(plan.project().name()).isEqualTo("search");
        assertThat(List.of("sk-there-0123456789", "sk-first-0123456789", "sk-second-0123456789")).allSatisfy(
                key -> assertThat(plan.keys().project(key)).contains(plan.project()));
        assertThat(plan.limits()).isEqualTo(new ProjectLimits(
                List.of("gpt-4o", "claude-*"), 600, 200_000, 5_000_000_000L, 20, 10L << 30));
        assertThat(plan.limits()).hasToString("models gpt-4o, claude-*; 600 requests a minute; 200000 tokens a minute;"
                + " 5000000000 tokens a day; 20 runs at once; 10737418240 bytes of files");
        assertThat(plan.limits().allows("gpt-4o")).isTrue();
        assertThat(plan.limits().allows("claude-opus")).isTrue();
        assertThat(plan.limits().allows("gpt-4o-mini")).isFalse();
    }

    @Test
    void theGreatestLimitThatAMessageNamesIsTaken() throws IOException {
        assertThat(read("projects:\n  a: {tokens-per-day: 1000000000000, storage: 1024TiB}").projects().getFirst()
                .limits()).hasToString("1000000000000 tokens a day; 1125899906842624 bytes of files");
        assertThat(read("projects:\n  a: {storage: 1125899906842624}").projects().getFirst().limits())
                .hasToString("1125899906842624 bytes of files");
    }

    @Test
    void anAliasOfAnAliasStandsForWhatThatOneStandsFor() throws IOException {
        ConfigFile file = read("""
                servers:
                  a: {url: http://127.0.0.1:1/v1}
                  b: {url: http://127.0.0.1:2/v1, key-env: THERE}
                models:
                  gpt-4o: [big, small on b]
                  big: qwen3:32b on a, b
                  "claude-*": gpt-4o
                """);
        assertThat(file.names()).map(Object::toString).containsExactly(
                "gpt-4o → qwen3:32b on a, b, else small on b", "big → qwen3:32b on a, b",
                "claude-* → qwen3:32b on a, b, else small on b");
        assertThat(file.servers()).isEqualTo(read("""
                servers:
                  a: {url: http://127.0.0.1:1/v1, weight: 1}
                  b: {key-env: THERE, url: "http://127.0.0.1:2/v1"}
                """).servers());
    }
}
