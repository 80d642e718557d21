package dev.runnel.client;

import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.runnel.client.Fixture.HI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Base URLs as people write them. */
@Timeout(20)
class BaseUrlTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            http://h/v1                                   | http://h/v1/chat/completions
            http://h/v1/                                  | http://h/v1/chat/completions
            http://h/v1///                                | http://h/v1/chat/completions
            HTTP://h/v1                                   | http://h/v1/chat/completions
            https://h                                     | https://h/chat/completions
            http://h/v1?api-version=1                     | http://h/v1/chat/completions?api-version=1
            http://h/v1/chat/completions?api-version=1    | http://h/v1/chat/completions?api-version=1
            http://h/v1/chat/completions                  | http://h/v1/chat/completions
            http://h/v1/chat/completions/                 | http://h/v1/chat/completions
            http://h/v1/completions                       | http://h/v1/chat/completions
            https://h/models?api-version=1                | https://h/models/chat/completions?api-version=1
            127.0.0.1:8000/v1                             | http://127.0.0.1:8000/v1/chat/completions
            localhost:8000                                | http://localhost:8000/chat/completions
            localhost/v1                                  | http://localhost/v1/chat/completions
            [::1]:8000/v1                                 | http://[::1]:8000/v1/chat/completions
            gpu-box:8000/v1                               | http://gpu-box:8000/v1/chat/completions
            ` "http://h/v1" `                             | http://h/v1/chat/completions
            `'http://h/v1'`                               | http://h/v1/chat/completions
            <http://h/v1>                                 | http://h/v1/chat/completions
            http://u:p@h:1/v1                             | http://h:1/v1/chat/completions
            """)
    void whatCanBeUnderstoodIs(String url, String expected) {
        assertThat(BaseUrl.parse(url).at("/chat/completions")).hasToString(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                       | does not begin with http
            v1                       | does not begin with http
            api.example.com/v1       | does not begin with http
            ftp://h/v1               | does not begin with http
            htp://h/v1               | does not begin with http
            http:/h/v1               | its host
            http://                  | URL
            http://my_host:1/v1      | no '_'
            http://h:99999/v1        | from 1 to 65535
            http://h:0/v1            | from 1 to 65535
            http://h/v1#x            | after '#'
            http://h/a b             | position 11
            http://u:secret@h/a b    | `***@`
            http://u:secret/x@h/v1   | `http://***@h`
            http:/u:secret@h/v1      | `***@`
            u:secret/x@h:1/v1        | `***@`
            http://u:p@secret@h/v1   | `***@`
            http://h/v1#secret       | `#***`
            http://h/a b?key=secret  | `?***`
            """)
    void theRestIsRefusedInOneLine(String url, String why) {
        assertThatThrownBy(() -> BaseUrl.parse(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why).hasMessageContaining("http://127.0.0.1:8080/v1")
                .satisfies(refusal -> assertThat(refusal.getMessage()).hasLineCount(1).doesNotContain("secret"));
    }

    @Test
    void secretsAreNotShown() {
        BaseUrl url = BaseUrl.parse("https://user:p%40ss@h/v1?sig=SECRET&api-version=2024-06-01");
        assertThat(url).hasToString("https://h/v1");
        assertThat(url.secrets()).contains("p@ss", "p%40ss", "SECRET").doesNotContain("2024-06-01");
    }

    @ParameterizedTest(name = "{0} is at {1}: {2}")
    @CsvSource({"http://127.0.0.1:8080/v1,127.0.0.1,true", "http://localhost:8080/v1,127.0.0.1,true",
        "http://[::1]:8080/v1,127.0.0.1,true", "http://127.0.0.2:8080,127.0.0.1,true",
        "http://0.0.0.0:8080,127.0.0.1,true", "http://2130706433:8080,127.0.0.1,true",
        "http://localhost:8080,0.0.0.0,true", "http://127.0.0.1:8081,127.0.0.1,false",
        "http://192.0.2.1:8080,127.0.0.1,false", "http://192.0.2.1:8080,0.0.0.0,false",
        "http://no-such-host.invalid:8080,127.0.0.1,false"})
    void aServersOwnAddressIsKnownInEverySpelling(String url, String host, boolean at) {
        assertThat(BaseUrl.parse(url).isAt(host, 8080)).isEqualTo(at);
    }

    @Test
    void aUserAndAPasswordAreSentAsBasic() throws InterruptedException {
        try (ScriptedModelServer server = ScriptedModelServer.start();
                RunnelClient client = RunnelClient.builder()
                        .baseUrl(server.baseUri().toString().replace("//", "//me:p%40ss@") + "?sig=1").build()) {
            server.enqueue(Script.chat("Hello"));
            client.chat().create(HI);
            RecordedRequest seen = server.awaitRequest(0, Fixture.LONG);
            assertThat(seen.headers()).containsEntry("Authorization", "Basic "
                    + Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8)));
            assertThat(seen.path()).isEqualTo("/v1/chat/completions?sig=1");
        }
    }

    @Test
    void aPasswordAndAKeyAreOneTooMany() {
        assertThatThrownBy(() -> RunnelClient.builder().baseUrl("http://me:secret@h/v1").apiKey("k").build())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("only one of them")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }
}
