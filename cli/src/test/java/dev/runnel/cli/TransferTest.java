package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.demo.DemoModel;
import dev.runnel.model.Model;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.options.ServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Objects that go out of one database and into another. */
@Timeout(180)
class TransferTest {
    @TempDir
    Path folder;

    private Command.Result run(String... arguments) {
        return Command.run(folder, arguments);
    }

    private String[] with(String database, String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--database";
        all[arguments.length + 1] = "sqlite:" + folder.resolve(database);
        return all;
    }

    private Command.Result transfer(String database, String... arguments) {
        return run(with(database, arguments));
    }

    private void serve(String database, Consumer<String> action) {
        try (Model model = new DemoModel();
                RunnelServer server = RunnelServer.start(
                        ServerOptions.local("sqlite:" + folder.resolve(database)),
                        model)) {
            action.accept("http://127.0.0.1:" + server.port() + "/v1");
        }
    }

    private static String get(String url) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void upload(String url) {
        String form = """
                --b\r
                Content-Disposition: form-data; name="purpose"\r
                \r
                assistants\r
                --b\r
                Content-Disposition: form-data; name="file"; filename="notes.txt"\r
                \r
                %s\r
                --b--\r
                """.formatted("line of notes\n".repeat(100_000));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/files"))
                            .header("content-type", "multipart/form-data; boundary=b")
                            .POST(BodyPublishers.ofString(form))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsExportedWhileAServerRunsIsTheSameElsewhere() {
        StringBuilder before = new StringBuilder();
        StringBuilder paths = new StringBuilder();
        serve("a.db", url -> {
            try (RunnelClient client = RunnelClient.builder().baseUrl(url).apiKey("any").build()) {
                String assistant = client.assistants().create(AssistantRequest.builder("demo").build()).id();
                Run created = client.runs().createWithThread(RunRequest.builder(assistant).build());
                Run ended = client.runs().await(created.threadId(), created.id());
                assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
                upload(url);
                String run = "/threads/" + ended.threadId() + "/runs/" + ended.id();
                paths.append(String.join(" ", "/assistants", "/threads", "/files",
                        "/threads/" + ended.threadId() + "/messages", run, run + "/steps",
                        "/files/" + get(url + "/files").replaceFirst("(?s).*(file-[A-Za-z0-9]+).*", "$1")
                                + "/content"));
            }
            Command.Result exported = transfer("a.db", "export", "all.jsonl");
            assertThat(exported.err())
                    .isEqualTo("Exported 1 assistant, 1 file, 1 thread, 1 message, 1 run, 1 run step.\n");
            assertThat(exported.code()).isZero();
            for (String path : paths.toString().split(" ", -1)) {
                before.append(get(url + path));
            }
        });
        assertThat(transfer("a.db", "export", "all.jsonl").err()).contains("already exists");

        Command.Result imported = transfer("b.db", "import", "all.jsonl");
        assertThat(imported.err())
                .isEqualTo("Imported 1 assistant, 1 file, 1 thread, 1 message, 1 run, 1 run step.\n");
        serve("b.db", url -> {
            StringBuilder after = new StringBuilder();
            for (String path : paths.toString().split(" ", -1)) {
                after.append(get(url + path));
            }
            assertThat(after).hasToString(before.toString()).contains("200 line of notes");
            assertThat(get(url + paths.toString().split(" ", -1)[4] + "?stream=true")).startsWith("410 ");
        });
        assertThat(transfer("b.db", "import", "all.jsonl").err())
                .contains("all.jsonl, line 3: asst_", "already exists", "Nothing was imported.");
        assertThat(transfer("b.db", "export", "-").out()).hasLineCount(11)
                .startsWith("{\"object\":\"runnel.export\",\"version\":3}\n")
                .endsWith("{\"object\":\"runnel.export_end\",\"lines\":10,\"counts\":{\"assistants\":1,"
                        + "\"files\":1,\"threads\":1,\"messages\":1,\"runs\":1,\"steps\":1}}\n");
    }

    @Test
    void aServerThatRunsIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("saved.jsonl"), """
                {"id":"asst_saved","object":"assistant","created_at":1,"model":"demo"}
                """);
        serve("a.db", url -> {
            Command.Result refused = transfer("a.db", "import", "saved.jsonl");
            assertThat(refused.err()).hasLineCount(1)
                    .contains("a.db is in use by another server: stop that one first, or name another database");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(get(url + "/assistants/asst_saved")).startsWith("404 ");
        });
        assertThat(transfer("a.db", "export", "-").out()).hasLineCount(2);
        assertThat(transfer("a.db", "import", "saved.jsonl").err()).isEqualTo("Imported 1 assistant.\n");
        serve("a.db", url -> assertThat(get(url + "/assistants/asst_saved")).startsWith("200 "));
    }

    @Test
    void whatTheHostedServiceReturnedIsTakenInWithItsIdsAndInItsOrder() throws IOException {
        Files.writeString(folder.resolve("hosted.jsonl"),
                """
                        {"object":"list","data":[\
                        {"id":"msg_3","object":"thread.message","created_at":20,"thread_id":"thread_abc","role":"assistant","assistant_id":"asst_abc","run_id":"run_abc","content":[{"type":"text","text":{"value":"Hello","annotations":[]}}],"attachments":[],"metadata":{}},\
                        {"id":"msg_2","object":"thread.message","created_at":10,"thread_id":"thread_abc","role":"user","content":[{"type":"text","text":{"value":"there","annotations":[]}}],"file_ids":[],"metadata":{}},\
                        {"id":"msg_1","object":"thread.message","created_at":10,"thread_id":"thread_abc","role":"user","content":[{"type":"text","text":{"value":"Hi","annotations":[]}}],"file_ids":[],"metadata":{}}\
                        ],"first_id":"msg_3","last_id":"msg_1","has_more":false}

                        {"id":"thread_abc","object":"thread","created_at":9,"metadata":{"user":"7"},"tool_resources":{}}
                        {"id":"asst_abc","object":"assistant","created_at":8,"name":"Helper","description":null,"model":"gpt-4o","instructions":null,"tools":[{"type":"code_interpreter"}],"top_p":1.0,"temperature":1.0,"tool_resources":{"code_interpreter":{"file_ids":[]}},"metadata":{},"response_format":"auto"}
                        {"id":"run_abc","object":"thread.run","created_at":11,"assistant_id":"asst_abc","thread_id":"thread_abc","status":"in_progress","started_at":12,"expires_at":611,"model":"gpt-4o","instructions":"","tools":[],"metadata":{}}
                        """);
        assertThat(transfer("b.db", "import", "hosted.jsonl").err())
                .isEqualTo("Imported 1 assistant, 1 thread, 3 messages, 1 run.\n");
        serve("b.db", url -> {
            try (RunnelClient client = RunnelClient.builder().baseUrl(url).apiKey("any").build()) {
                assertThat(client.messages().list("thread_abc")).extracting(Message::id)
                        .containsExactly("msg_3", "msg_2", "msg_1");
                Run run = client.runs().get("thread_abc", "run_abc");
                assertThat(run.status()).isEqualTo(RunStatus.FAILED);
                assertThat(run.createdAt()).isEqualTo(11);
                client.messages().create("thread_abc", MessageRequest.user("And now?"));
                Run next = client.runs().create("thread_abc", RunRequest.builder("asst_abc").tools(List.of()).build());
                assertThat(client.runs().await("thread_abc", next.id()).status()).isEqualTo(RunStatus.COMPLETED);
            }
        });
    }

    @Test
    void anImportThatIsRefusedSaysWhereAndLeavesNothing() throws IOException {
        Files.writeString(folder.resolve("in.jsonl"), """
                {"id":"thread_1","object":"thread","created_at":1}
                nonsense""");
        Command.Result refused = transfer("b.db", "import", "in.jsonl");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).startsWith("runnel: in.jsonl, line 2: the text is not readable as JSON")
                .endsWith("Nothing was imported.\n");
        assertThat(folder).isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("b.db"));
    }

    @Test
    void prettyPrintedObjectsAndArraysAreRead() throws IOException {
        Files.writeString(folder.resolve("pretty.json"), """
                [
                  {
                    "id": "asst_1",
                    "object": "assistant",
                    "created_at": 1,
                    "model": "m"
                  },
                  {
                    "object": "list",
                    "data": [
                      {"id": "thread_2", "object": "thread", "created_at": 3},
                      {"id": "thread_1", "object": "thread", "created_at": 2}
                    ]
                  }
                ]
                {
                  "id": "thread_3", "object": "thread", "created_at": 4
                }
                """);
        assertThat(transfer("b.db", "import", "pretty.json").err()).isEqualTo("Imported 1 assistant, 3 threads.\n");
        serve("b.db", url -> assertThat(get(url + "/threads?order=asc"))
                .containsSubsequence("thread_1", "thread_2", "thread_3"));
    }

    /** As the hosted service returned them, with members that Runnel does not have and without those it added. */
    @Test
    void objectsOfTheHostedServiceAreTakenWhole() throws IOException {
        Files.writeString(folder.resolve("hosted.json"),
                """
                        {"id":"asst_1","object":"assistant","created_at":1,"name":null,"description":null,"model":"gpt-4o","instructions":null,"tools":[{"type":"file_search","file_search":{"max_num_results":5,"ranking_options":{"ranker":"default_2024_08_21","score_threshold":0}}},{"type":"code_interpreter"},{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":false}}],"top_p":1.0,"temperature":1.0,"tool_resources":{"file_search":{"vector_store_ids":["vs_1"]}},"metadata":{},"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}}}
                        {"id":"thread_1","object":"thread","created_at":2,"metadata":null,"tool_resources":null}
                        {"id":"msg_1","object":"thread.message","created_at":3,"assistant_id":null,"thread_id":"thread_1","run_id":null,"role":"user","content":[{"type":"text","text":{"value":"Hi","annotations":[]}},{"type":"image_file","image_file":{"file_id":"file-gone","detail":"auto"}}],"attachments":[{"file_id":"file-gone","tools":[{"type":"file_search"}]}],"metadata":{}}
                        {"id":"run_1","object":"thread.run","created_at":4,"assistant_id":"asst_1","thread_id":"thread_1","status":"completed","started_at":4,"expires_at":null,"cancelled_at":null,"failed_at":null,"completed_at":5,"required_action":null,"last_error":null,"model":"gpt-4o","instructions":null,"tools":[],"tool_resources":{},"metadata":{},"temperature":1.0,"top_p":1.0,"reasoning_effort":null,"max_completion_tokens":null,"max_prompt_tokens":null,"truncation_strategy":{"type":"auto","last_messages":null},"incomplete_details":null,"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_token_details":{"cached_tokens":0}},"response_format":"auto","tool_choice":"auto","parallel_tool_calls":true}
                        {"id":"step_1","object":"thread.run.step","created_at":4,"run_id":"run_1","assistant_id":"asst_1","thread_id":"thread_1","type":"tool_calls","status":"completed","cancelled_at":null,"completed_at":5,"expires_at":null,"failed_at":null,"last_error":null,"step_details":{"type":"tool_calls","tool_calls":[{"id":"call_1","type":"code_interpreter","code_interpreter":{"input":"1","outputs":[{"type":"logs","logs":"1"}]}},{"id":"call_2","type":"file_search","file_search":{"results":[]}}]},"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
                        {"id":"step_2","object":"thread.run.step","created_at":5,"run_id":"run_1","assistant_id":"asst_1","thread_id":"thread_1","type":"message_creation","status":"completed","completed_at":5,"step_details":{"type":"message_creation","message_creation":{"message_id":"msg_2"}},"usage":null}
                        {"id":"msg_2","object":"thread.message","created_at":5,"status":"incomplete","incomplete_details":{"reason":"max_tokens"},"incomplete_at":5,"completed_at":null,"assistant_id":"asst_1","thread_id":"thread_1","run_id":"run_1","role":"assistant","content":[{"type":"text","text":{"value":"Hello","annotations":[{"type":"file_citation","text":"【1】","start_index":0,"end_index":3,"file_citation":{"file_id":"file-gone"}}]}},{"type":"refusal","refusal":"No"}],"attachments":[],"metadata":{}}
                        {"id":"file-1","object":"file","bytes":5,"created_at":1,"filename":"a.txt","purpose":"assistants_output"}
                        """);
        assertThat(transfer("b.db", "import", "hosted.json").err()).startsWith(
                "Imported 1 assistant, 1 file, 1 thread, 2 messages, 1 run, 2 run steps.\n");
    }

    private static final String TWO_PROJECTS = """
            {"object":"runnel.export","version":1}
            {"object":"runnel.project","name":"theirs"}
            {"id":"thread_1","object":"thread","created_at":1}
            """;

    private void theirs() throws IOException {
        Files.writeString(folder.resolve("theirs.jsonl"), TWO_PROJECTS);
        Command.Result imported = transfer("b.db", "import", "theirs.jsonl");
        assertThat(imported.err())
                .startsWith("Imported 1 thread.\nThe file does not tell how many objects it should have");
        assertThat(imported.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_1\",\"role\":\"user\",\"content\":[]}",
        "{\"id\":\"run_1\",\"object\":\"thread.run\",\"thread_id\":\"thread_1\",\"assistant_id\":\"asst_1\",\"model\":\"m\",\"status\":\"completed\"}"})
    void nothingIsAddedToAnotherProjectsThread(String json) throws IOException {
        theirs();
        Files.writeString(folder.resolve("more.jsonl"), json);
        assertThat(transfer("b.db", "import", "more.jsonl", "--project", "ours").err())
                .contains("line 1: it belongs to thread_1, which is not in the project 'ours'");
        assertThat(transfer("b.db", "import", "more.jsonl", "--project", "theirs").code()).isZero();
    }

    @Test
    void halfAnExportIsRefusedUnlessThatIsAllThatIsWanted() throws IOException {
        theirs();
        String whole = transfer("b.db", "export", "-").out();
        for (int cut : new int[] {whole.lastIndexOf("{\"object\":\"runnel.export_end"), whole.length() - 30,
            whole.indexOf("thread_1")}) {
            Files.writeString(folder.resolve("half.jsonl"), whole.substring(0, cut));
            Command.Result refused = transfer("c.db", "import", "half.jsonl");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("--partial").endsWith("Nothing was imported.\n");
            assertThat(folder.resolve("c.db")).doesNotExist();
        }
        assertThat(transfer("c.db", "import", "half.jsonl", "--partial").err()).startsWith("Imported nothing.\n")
                .contains("does not tell how many objects it should have");

        Files.writeString(folder.resolve("gap.jsonl"), whole.replaceFirst("\\{\"id\":\"thread_1.*\n", ""));
        assertThat(transfer("c.db", "import", "gap.jsonl").err())
                .contains("the export is incomplete: expected 3 lines");
        Files.writeString(folder.resolve("whole.jsonl"), whole);
        assertThat(transfer("c.db", "import", "whole.jsonl").err()).isEqualTo("Imported 1 thread.\n");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(transfer("none.db", "export", "x.jsonl").err()).startsWith("runnel: there is no database at ");
        assertThat(folder.resolve("x.jsonl")).doesNotExist();
        assertThat(transfer("b.db", "import", "x.jsonl").err()).isEqualTo("runnel: there is no file x.jsonl\n");
        assertThat(transfer("b.db", "import", ".").err()).isEqualTo("runnel: . is a folder; name a file\n");
        assertThat(transfer("b.db", "export", "none/x.jsonl").err())
                .startsWith("runnel: there is no folder ").endsWith("none; make it first\n");
    }
}
