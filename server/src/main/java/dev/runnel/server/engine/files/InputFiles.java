package dev.runnel.server.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.search.DocumentReader;
import dev.runnel.server.search.UnreadableFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the files that messages bring to the model, which are parts of the type {@code input_file}. An image stays an image. Any
 * other file becomes its text, with an annotation that names the file: a model server does not have this server's files, and most
 * models take no documents. Thread-safe.
 */
public final class InputFiles {
    /** The most text that the files of one message may have, in characters. */
    static final int MAX_TEXT = 2_000_000;

    /** The largest image, in bytes. */
    private static final long MAX_IMAGE = 20L << 20;

    private static final int HEAD = 12;

    private static final Pattern DATA_URL = Pattern.compile("data:([^;,]*)(?:;[^,]*)?,(.*)", Pattern.DOTALL);

    private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]+");

    /** Tables, which are not made searchable, but which models can read. */
    private static final Set<String> TABLES = Set.of("csv", "tsv", "jsonl");

    private static final Map<String, String> ENDINGS = Map.of(
            "application/pdf", ".pdf", "text/html", ".html", "text/csv", ".csv", "application/json", ".json",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx");

    private final FileLibrary files;
    private final Supplier<DocumentReader> reader;

    /**
     * A reader of input files.
     *
     * @param reader opens the reader of documents
     */
    public InputFiles(FileLibrary files, Supplier<DocumentReader> reader) {
        this.files = files;
        this.reader = reader;
    }

    /** Whether a message's content has parts that are files. */
    public static boolean in(JsonValue content) {
        return content.elements().stream().anyMatch(InputFiles::isFile);
    }

    private static boolean isFile(JsonValue part) {
        return part.get("type").text().equals("input_file");
    }

    /**
     * A message's content with what its files hold. Blocks until they are read, each for a minute at most. Stores nothing.
     *
     * @throws RejectedException if a file does not exist, or cannot be read
     */
    public JsonValue read(Project project, JsonValue content) {
        ArrayNode parts = Json.object().putArray("content");
        int length = 0;
        for (JsonValue part : content.elements()) {
            if (isFile(part)) {
                JsonNode read = part.get("file_id").isText()
                        ? stored(project, part.get("file_id").text())
                        : given(part.get("filename").text(), part.get("file_data").text());
                length += read.at("/text/value").asText().length(); // an image has none
                if (length > MAX_TEXT) {
                    throw RejectedException.input("The files of a message can have " + MAX_TEXT
                            + " characters of text in all. Make larger ones searchable, in a vector store.");
                }
                parts.add(read);
            } else {
                parts.add(Json.tree(part));
            }
        }
        return JsonValue.of(parts);
    }

    /**
     * The parts of an output of a call, in the form of the request, with what its files hold: a file has its {@code text}
     * besides its name and id, and one that is an image is a part of the type {@code input_image}. Blocks as {@link #read}.
     *
     * @throws RejectedException if a file does not exist, or cannot be read
     */
    public JsonValue readOutput(Project project, JsonValue output) {
        ArrayNode parts = Json.object().putArray("output");
        for (JsonValue each : read(project, output).elements()) {
            JsonNode part = Json.tree(each);
            parts.add(switch (part.path("type").asText()) {
                case "text" -> file(part.at("/text/annotations/0"), part.at("/text/value").asText());
                case "image_file" -> Json.object().put("type", "input_image").put("detail", "auto")
                        .put("file_id", part.at("/image_file/file_id").asText());
                case "image_url" -> Json.object().put("type", "input_image").put("detail", "auto")
                        .put("image_url", part.at("/image_url/url").asText());
                default -> part;
            });
        }
        return JsonValue.of(parts);
    }

    private static JsonNode file(JsonNode citation, String text) {
        ObjectNode file = Json.object().put("type", "input_file");
        String id = citation.at("/file_citation/file_id").asText();
        if (!id.isEmpty()) {
            file.put("file_id", id);
        }
        return file.put("filename", citation.path("text").asText()).put("text", text);
    }

    private JsonNode stored(Project project, String id) {
        FileObject file = files.find(project, id).orElseThrow(() -> RejectedException.noFile(id, "input"));
        try (InputStream content = files.open(file)) {
            String head = head(content.readNBytes(HEAD));
            if (isImage(head)) {
                ObjectNode image = Json.object().put("type", "image_file");
                image.putObject("image_file").put("file_id", id).put("detail", "auto");
                return image;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("file " + id + " cannot be read", e);
        }
        try (InputStream content = files.open(file)) {
            return document(id, file.filename(), file.bytes(), content);
        } catch (IOException e) {
            throw new UncheckedIOException("file " + id + " cannot be read", e);
        }
    }

    private JsonNode given(String filename, String data) {
        Matcher url = DATA_URL.matcher(data);
        boolean isUrl = url.matches();
        String mediaType = isUrl ? url.group(1).toLowerCase(Locale.ROOT) : "";
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(LINE_ENDS.matcher(isUrl ? url.group(2) : data).replaceAll(""));
        } catch (IllegalArgumentException e) {
            throw RejectedException.input("The 'file_data' of a file is neither base64 nor a data URL in base64.");
        }
        String head = head(bytes);
        if (isImage(head)) {
            if (bytes.length > MAX_IMAGE) {
                throw RejectedException.input("An image of a message has " + bytes.length + " bytes. The limit is "
                        + MAX_IMAGE + " bytes.");
            }
            ObjectNode image = Json.object().put("type", "image_url");
            image.putObject("image_url").put("url", "data:" + imageType(head) + ";base64,"
                    + Base64.getEncoder().encodeToString(bytes)).put("detail", "auto");
            return image;
        }
        String name = !filename.isEmpty()
                ? filename
                : "file" + ENDINGS.getOrDefault(mediaType, head.startsWith("%PDF-") ? ".pdf" : ".txt");
        try {
            return document("", name, bytes.length, new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a file cannot be read", e);
        }
    }

    private static String head(byte[] bytes) {
        StringBuilder head = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, HEAD); i++) {
            head.append((char) (bytes[i] & 0xff));
        }
        return head.toString();
    }

    private static boolean isImage(String head) {
        return !imageType(head).isEmpty();
    }

    private static String imageType(String head) {
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        } else if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        } else if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return "image/gif";
        }
        return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : "";
    }

    /** A document as text with an annotation, which says that all of the text is the file's. */
    private JsonNode document(String id, String filename, long length, InputStream content) throws IOException {
        String text;
        try {
            text = reader.get().read(readAs(filename), length, content);
        } catch (UnreadableFileException e) {
            throw RejectedException.input("The file '" + filename + "' cannot be read. "
                    + (e.code() == UnreadableFileException.Code.UNSUPPORTED_FILE
                            ? "Text, tables in .csv, source code, HTML, .pdf, .docx, .pptx and images can."
                            : e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UnavailableException.stopping();
        }
        // The texts of a message are joined without anything between them.
        String value = "\n[File " + filename + "]\n" + text + (text.endsWith("\n") ? "" : "\n") + "[End of file]\n";
        ObjectNode part = Json.object().put("type", "text");
        ObjectNode citation = part.putObject("text").put("value", value).putArray("annotations").addObject()
                .put("type", "file_citation").put("text", filename).put("start_index", 0)
                .put("end_index", value.codePointCount(0, value.length()));
        citation.putObject("file_citation").put("file_id", id);
        return part;
    }

    private static String readAs(String filename) {
        String ending = filename.substring(filename.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TABLES.contains(ending) ? "table.txt" : filename;
    }
}
