package dev.runnel.server.search.parse;

import dev.runnel.server.search.DocumentReader;
import java.io.IOException;
import java.nio.file.Path;

/** The provider of document readers that {@link java.util.ServiceLoader} finds. */
public final class DocumentParserProvider implements DocumentReader.Provider {
    @Override
    public DocumentReader open(Path folder) throws IOException {
        int processes = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new DocumentParser(ParserLimits.DEFAULT, processes, folder);
    }
}
