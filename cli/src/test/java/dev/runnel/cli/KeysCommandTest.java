package dev.runnel.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Keys of projects, as an operator makes and revokes them. */
@Timeout(180)
class KeysCommandTest {
    private static final Pattern LISTENS = Pattern.compile("listens at (http://127\\.0\\.0\\.1:\\d+/v1)");
    private static final String OPERATOR = "operator-key-0123456789";

    @TempDir
    Path folder;

    private Command.Result run(Map<String, String> environment, String... arguments) {
        try (Command command = Command.start(folder, environment, arguments)) {
            return command.end("");
        }
    }

    @Test
    void aKeyIsMadeUsedListedAndRevoked() throws InterruptedException {
        try (Command server = Command.start(folder, Map.of("RUNNEL_OPERATOR_KEY", OPERATOR),
                "serve", "--port", "0", "--database", "sqlite:keys.db", "--model-url", "http://127.0.0.1:9/v1")) {
            Matcher listens = LISTENS.matcher(server.awaitError("Ctrl-C stops it"));
            assertThat(listens.find()).isTrue();
            assertThat(server.err()).contains("made by 'runnel keys'", "OPENAI_API_KEY=ONE_OF_THE_KEYS");
            Map<String, String> operator = Map.of("RUNNEL_SERVER", listens.group(1), "RUNNEL_OPERATOR_KEY", OPERATOR);

            Command.Result made = run(operator, "keys", "create", "search", "--name", "the batch job");
            assertThat(made.code()).isZero();
            assertThat(made.out()).matches("sk-[A-Za-z0-9]{48}\n");
            assertThat(made.err()).matches("key_\\w{24} is a key of the project search\\. It is not shown again\\.\n");
            String id = made.err().substring(0, 28);

            Map<String, String> client = new HashMap<>(Map.of("RUNNEL_SERVER", listens.group(1)));
            assertThat(run(client, "assistants").code()).isEqualTo(1);
            client.put("RUNNEL_API_KEY", made.out().strip());
            assertThat(run(client, "assistants").code()).isZero();

            assertThat(run(operator, "keys").out()).startsWith("ID ").contains(id, "search", "the batch job")
                    .doesNotContain(made.out().strip()).hasLineCount(2);
            assertThat(run(operator, "keys", "--json").out()).contains("\"project\":\"search\"").hasLineCount(1);
            assertThat(run(operator, "usage").out()).startsWith("DAY ");

            assertThat(run(operator, "keys", "revoke", id.substring(0, 12)).err()).isEqualTo("Revoked " + id + ".\n");
            assertThat(run(client, "assistants").err()).contains("Incorrect API key provided: sk-");
            assertThat(run(operator, "keys", "revoke", id).err()).contains("there is no key whose id begins with");
            assertThat(run(operator, "keys", "create", "Search").err()).contains("400", "project");
        }
    }

    @Test
    void withoutTheOperatorsKeyTheCommandSaysWhatToSet() {
        Command.Result refused = run(Map.of(), "keys");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("set RUNNEL_OPERATOR_KEY to the operator's key");
    }
}
