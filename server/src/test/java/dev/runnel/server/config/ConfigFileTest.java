package dev.runnel.server.config;

import dev.runnel.client.transport.ProxySettings;
import dev.runnel.server.options.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a configuration file may say, and how its mistakes are told. */
class ConfigFileTest {
    private static final ProxySettings PROXIES = ProxySettings.fromJava();

    @TempDir
    Path folder;

    private ConfigFile read(String text) throws IOException {
        Path file = folder.resolve("runnel.yaml");
        Files.writeString(file, text);
        return ConfigFile.read(file, ServerOptions.OFFERED, Map.of("THERE", "sk-there"), _ -> PROXIES);
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
                Map.entry("servers: 7", "line 1, column 10: servers must be a mapping")).entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsToldInALineThatSaysWhereItIsAndWhatToWrite(Map.Entry<String, String> mistake) {
        assertThatThrownBy(() -> read(mistake.getKey() + "\n")).isInstanceOf(ConfigException.class)
                .message().startsWith(folder.toString()).contains(mistake.getValue()).hasLineCount(1);
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
