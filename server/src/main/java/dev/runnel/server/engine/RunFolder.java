package dev.runnel.server.engine;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.Run;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.engine.files.ToolFiles;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.projects.LimitException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.codeinterpreter.RunFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of runs, in the project of their thread. Thread-safe. */
final class RunFolder implements RunFiles {
    private static final String MADE = "assistants_output";

    private final Database database;
    private final FileLibrary files;

    RunFolder(Database database, FileLibrary files) {
        this.database = database;
        this.files = files;
    }

    @Override
    public List<Input> inputs(Run run) {
        Project project = project(run);
        List<String> ofThread = database.read(sql -> Store.thread(sql, project.name(), run.threadId()))
                .map(thread -> ToolFiles.ids(thread.toolResources())).orElse(List.of());
        return Stream.concat(ToolFiles.ids(run.toolResources()).stream(), ofThread.stream()).distinct()
                .map(id -> files.find(project, id)).flatMap(Optional::stream)
                .map(file -> new Input(file.id(), file.filename(), file.bytes())).toList();
    }

    private Project project(Run run) {
        return new Project(database.read(sql -> Store.projectOfThread(sql, run.threadId()))
                .orElseThrow(() -> new ToolException("The run's thread was deleted.")));
    }

    @Override
    public InputStream open(Input input) {
        try {
            FileObject file = files.find(input.fileId())
                    .orElseThrow(() -> new ToolException("The file was deleted."));
            return files.open(file);
        } catch (RejectedException e) {
            throw new ToolException("The file was deleted.", e);
        }
    }

    @Override
    public String keep(Run run, String name, Content content) throws IOException, InterruptedException {
        try (FileLibrary.Upload upload = files.upload()) {
            content.writeTo(new OutputStream() {
                @Override
                public void write(int b) {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) {
                    upload.write(bytes, from, length);
                }
            });
            return upload.keep(project(run), MADE, name, null).id();
        } catch (LimitException e) {
            throw new ToolException(String.valueOf(e.getMessage()), e);
        }
    }
}
