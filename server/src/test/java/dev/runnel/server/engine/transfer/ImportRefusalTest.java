package dev.runnel.server.engine.transfer;

import dev.runnel.server.base.Project;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An import that is refused names the line, and leaves no database. */
class ImportRefusalTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"id\":\"thread_1\",\"object\":\"thread\",\"created_at\":1} ; nonsense | line 2: the text is not readable as JSON",
        "[] | line 1: the file has no object",
        "[7] | line 1: expected a JSON object",
        "[ ; {\"id\":\"thread_1\",\"object\":\"thread\"}, ; {\"id\":\"thread_2\", ; \"object\":\"thing\"}] | line 3: objects of the kind 'thing' cannot be imported",
        "{\"object\":\"list\",\"data\":[ ; {\"id\":\"thread_1\",\"object\":\"thread\"}, ; {\"id\":\"thread 2\",\"object\":\"thread\"}]} | line 3: 'thread 2' is not a valid id",
        "{\"id\":\"thread_1\", ; \"object\":\"thread\" | line 3: the file was cut off: it ends within an object",
        "{\"id\":\"thread_1\",\"object\":\"thread\",\"created_at\":1e99999999999} | line 1: a number cannot be read",
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_1\",\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":null}]} | line 1: the member 'content[].text' is missing",
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_1\",\"role\":\"user\",\"content\":[{\"type\":\"image_file\",\"image_file\":null}]} | line 1: the member",
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_1\",\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]} | line 1: one of its images has no 'url'",
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_1\",\"role\":\"user\",\"content\":[null]} | line 1: the",
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_1\",\"role\":\"robot\",\"content\":[]} | line 1: the member 'role' is missing",
        "{\"id\":\"asst_1\",\"object\":\"assistant\",\"model\":\"m\",\"tools\":[{\"type\":\"function\"}]} | line 1: the member 'tools[].function' is missing",
        "{\"id\":\"asst_1\",\"object\":\"assistant\",\"model\":null} | line 1: the member 'model' is missing",
        "{\"id\":\"step_1\",\"object\":\"thread.run.step\",\"run_id\":\"run_1\",\"thread_id\":\"thread_1\",\"assistant_id\":\"asst_1\",\"status\":\"completed\",\"step_details\":{\"type\":\"tool_calls\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":null}]}} | line 1: the member 'step_details.tool_calls[].function' is missing",
        "{\"id\":\"vsfb_1\",\"object\":\"vector_store.file_batch\"} | line 1: objects of the kind 'vector_store.file_batch' cannot",
        "{\"id\":\"thread_1\"} | line 1: the member 'object' is missing",
        "{\"id\":\"../../etc\",\"object\":\"thread\"} | line 1: '../../etc' is not a valid id",
        "{\"id\":\"file-../x\",\"object\":\"file\",\"purpose\":\"p\",\"filename\":\"f\"} | line 1: 'file-../x' is not a valid id",
        "{\"id\":\"thread_1\",\"object\":\"thread\",\"created_at\":\"soon\"} | line 1: the object is not a valid thread",
        "{\"id\":\"msg_1\",\"object\":\"thread.message\",\"thread_id\":\"thread_x\",\"role\":\"user\",\"content\":[]} | line 1: it belongs to thread_x, which is neither in the file nor in the database",
        "{\"id\":\"thread_1\",\"object\":\"thread\"} ; {\"id\":\"thread_1\",\"object\":\"thread\"} | line 2: thread_1 already exists",
        "{\"object\":\"runnel.export\",\"version\":1000} | line 1: it was exported by a later version"})
    void aFaultIsToldWithItsLineAndNothingIsImported(String lines, String why) {
        byte[] input = (lines.replace(" ; ", "\n") + "\n").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Importer.read("sqlite:" + folder.resolve("b.db"), Project.DEFAULT, false,
                new ByteArrayInputStream(input), InstantSource.system())).isInstanceOf(ImportException.class)
                .hasMessageStartingWith(why);
        assertThat(folder).isEmptyDirectory();
    }
}
