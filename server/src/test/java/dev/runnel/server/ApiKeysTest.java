package dev.runnel.server;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.testkit.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ApiKeysTest {
    private static final String KEY = "sk-0123456789abcdef";
    private static final Project ACME = new Project("acme");

    @TempDir
    Path folder;

    private static ApiKeys keys(String... sources) {
        return ApiKeys.of(List.of(sources));
    }

    /** A comparison that ends at the first difference would tell how much of a key was right; so it is made of hashes, and whole. */
    @Test
    void keysAreComparedInConstantTime() {
        List<String> compared = new ClassFileImporter().importClasses(ApiKeys.class).stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getOrigin().getName().equals("project"))
                .map(call -> call.getTargetOwner().getSimpleName() + "." + call.getName())
                .filter(call -> !call.startsWith("Optional.") && !call.startsWith("Iterator.")
                        && !call.startsWith("List."))
                .distinct()
                .toList();

        assertThat(compared).containsExactlyInAnyOrder("ApiKeys.sha256", "MessageDigest.isEqual");
    }

    @Test
    void aFileThatEveryUserCanReadIsWarnedOf() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (LogLines log = LogLines.of(ApiKeys.class)) {
            assertThat(keys("@" + file).size()).isEqualTo(1);
            assertThat(log.lines()).singleElement().asString()
                    .startsWith("WARNING: every user of this machine can read the API keys in")
                    .contains(file.toString(), "rw-r--r--", "chmod 600").doesNotContain(KEY);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (LogLines log = LogLines.of(ApiKeys.class)) {
            assertThat(keys("@" + file).size()).isEqualTo(1);
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void aKeyIsOfTheProjectItNamesOrTheDefault() {
        ApiKeys keys = keys("acme=sk-aaaaaaaaaaaaaaaa," + KEY, "acme=sk-bbbbbbbbbbbbbbbb\n\tb-2_=sk-cccccccccccccccc ");

        assertThat(keys.size()).isEqualTo(4);
        assertThat(keys.projects()).containsExactly(ACME, new Project("b-2_"), Project.DEFAULT);
        assertThat(keys.project("sk-aaaaaaaaaaaaaaaa")).contains(ACME);
        assertThat(keys.project("sk-bbbbbbbbbbbbbbbb")).contains(ACME);
        assertThat(keys.project(KEY)).contains(Project.DEFAULT);
        for (String wrong : List.of("", "sk-", KEY + "0", KEY.substring(1), "acme=sk-aaaaaaaaaaaaaaaa",
                "SK-0123456789ABCDEF")) {
            assertThat(keys.project(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void equalsSignsAtItsEndBelongToTheKey() {
        String padded = "c2VjcmV0LXNlY3JldA==";

        assertThat(keys(padded).project(padded)).contains(Project.DEFAULT);
        assertThat(keys("acme=" + padded).project(padded)).contains(ACME);
    }

    @Test
    void aFileHasOneKeyALineAndComments() throws IOException {
        Path file = Files.writeString(folder.resolve("keys, all.txt"),
                "# of the shop\r\n\r\nacme=sk-aaaaaaaaaaaaaaaa # Ann's\r\n  " + KEY + "\r\n");
        ApiKeys keys = keys("@" + file, "sk-bbbbbbbbbbbbbbbb");

        assertThat(keys.size()).isEqualTo(3);
        assertThat(keys.project("sk-aaaaaaaaaaaaaaaa")).contains(ACME);
        assertThat(keys.project(KEY)).contains(Project.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sk-0123456789 | API key 1 has 13 characters",
        "sk-0123456789abcdef acme=sk-short | API key 2 has 8 characters",
        "acme= | API key 1 has 5 characters",
        "=sk-0123456789abcdef | API key 1 has a wrong project name",
        "Acme=sk-0123456789abcdef | API key 1 has a wrong project name",
        "acme=beta=sk-0123456789abcdef | API key 1 has characters that are not allowed",
        "acme:sk-0123456789abcdef | API key 1 has characters that are not allowed",
        "sk-0123456789äöüß | API key 1 has characters that are not allowed",
        "sk-0123456789abcdef,acme=sk-0123456789abcdef | API key 2 is the same as API key 1",
        "' , ' | the list of API keys is empty",
        "@nowhere.txt | there is no file of API keys at 'nowhere.txt'",
        "@. | the file of API keys . cannot be read"})
    void whatIsNoListOfKeysIsRefusedAndNotQuoted(String list, String message) {
        assertThatThrownBy(() -> keys(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .message().doesNotContain("sk-");
    }

    @Test
    void aFileSaysInWhichLineItIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("keys.txt"), "# mine\n" + KEY + "\nsk-short\n");
        assertThatThrownBy(() -> keys("@" + file))
                .hasMessageStartingWith("the API key in line 3 of " + file + " has 8");

        Files.writeString(file, "#".repeat(1024 * 1024 + 1));
        assertThatThrownBy(() -> keys("@" + file)).hasMessageContaining("larger than 1 MiB");
    }
}
