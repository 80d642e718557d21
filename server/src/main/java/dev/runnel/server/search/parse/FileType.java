package dev.runnel.server.search.parse;

import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The way to read a file, which the extension of its name decides. */
enum FileType {
    TEXT, HTML, PDF, DOCX, PPTX;

    private static final Set<String> TEXTS = Set.of(
            "txt", "md", "markdown", "rst", "adoc", "tex", "text", "log",
            "c", "cc", "cpp", "cs", "css", "go", "h", "hpp", "java", "js", "jsx", "kt", "lua", "mjs", "php", "pl", "py",
            "r", "rb",
            "rs", "scala", "sh", "sql", "swift", "ts", "tsx",
            "json", "toml", "xml", "yaml", "yml", "ini", "properties", "srt", "vtt");

    private static final Map<String, FileType> DOCUMENTS = Map.of(
            "html", HTML, "htm", HTML, "xhtml", HTML, "pdf", PDF, "docx", DOCX, "pptx", PPTX);

    /** Advice for types that people may expect to be searchable, by extension. */
    private static final Map<String, String> ADVICE = Map.of(
            "doc", "Save it as .docx.",
            "ppt", "Save it as .pptx.",
            "odt", "Save it as .docx.",
            "rtf", "Save it as .docx.",
            "csv", "Tables are not searched; the code interpreter reads them.",
            "xlsx", "Tables are not searched; the code interpreter reads them.",
            "xls", "Tables are not searched; the code interpreter reads them.",
            "jsonl", "Save it as .json or .txt.");

    private static final int LONGEST = 10;

    /**
     * The type by a file's name, whatever its content: for {@code a/b.PDF} it is PDF. A file without an extension is
     * text.
     *
     * @throws UnreadableFileException if files with this extension cannot be read
     */
    static FileType of(String filename) throws UnreadableFileException {
        String name = filename.substring(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
        int dot = name.lastIndexOf('.');
        if (dot <= 0) {
            return TEXT;
        }
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        FileType document = DOCUMENTS.get(ending);
        if (document != null) {
            return document;
        }
        if (TEXTS.contains(ending)) {
            return TEXT;
        }
        boolean tellable = ending.length() <= LONGEST && ending.chars().allMatch(Character::isLetterOrDigit);
        throw new UnreadableFileException(Code.UNSUPPORTED_FILE, (tellable
                ? "Files of type ." + ending + " cannot be searched."
                : "Files of this type cannot be searched.") + " " + ADVICE.getOrDefault(
                        ending, "Text, Markdown, HTML, JSON, source code, .pdf, .docx and .pptx can."));
    }
}
