package dev.runnel.server.http.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.JsonFields;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The form of a file's upload. It has the parts {@code file} and {@code purpose}. If the file is to expire, it also has
 * {@code expires_after[anchor]} and {@code expires_after[seconds]}. The parts come in any order. The file's bytes are
 * stored as they come. The other parts are checked when the whole form was read. For one thread.
 */
final class UploadForm implements MultipartBody.Parts {
    private static final List<String> PURPOSES = List.of("assistants", "vision", "user_data");
    private static final List<String> HOSTED_PURPOSES = List.of(
            "fine-tune", "assistants", "batch", "user_data", "vision", "evals");
    private static final String ANCHOR = "expires_after[anchor]";
    private static final String SECONDS = "expires_after[seconds]";
    private static final int MIN_LIFETIME = 3_600;
    private static final int MAX_LIFETIME = 2_592_000;
    private static final int MAX_NAME = 512;
    private static final int MAX_VALUE = 1_024;

    private final FileLibrary.Upload upload;
    private final long maxFile;
    private final Map<String, ByteArrayOutputStream> values = new LinkedHashMap<>();
    private @Nullable String filename;

    UploadForm(FileLibrary.Upload upload, long maxFile) {
        this.upload = upload;
        this.maxFile = maxFile;
    }

    /** The form's description of the file. */
    record Described(String filename, String purpose, @Nullable Long expiresAfter) {}

    @Override
    public OutputStream place(MultipartBody.Part part) {
        return switch (part.name()) {
            case "file" -> file(part);
            case "purpose", ANCHOR, SECONDS -> value(part.name());
            default -> throw FieldFaults.unknown(part.name());
        };
    }

    private OutputStream file(MultipartBody.Part part) {
        if (filename != null) {
            throw givenTwice("file");
        }
        String given = part.filename();
        if (given == null && !part.typed()) {
            throw BadRequestException.of(
                    "Invalid type for 'file': expected a file, but got a plain value instead.", "file", "invalid_type");
        }
        filename = given == null ? "file"
                : given.substring(1 + Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')));
        return new Limited(maxFile) {
            @Override
            void accept(byte[] source, int from, int length) {
                upload.write(source, from, length);
            }

            @Override
            BadRequestException tooLarge(long size) {
                return BadRequestException.tooLarge(maxFile, size);
            }
        };
    }

    private OutputStream value(String name) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        if (values.put(name, value) != null) {
            throw givenTwice(name);
        }
        return new Limited(MAX_VALUE) {
            @Override
            void accept(byte[] source, int from, int length) {
                value.write(source, from, length);
            }

            @Override
            BadRequestException tooLarge(long size) {
                return BadRequestException.of(
                        "Invalid '" + name + "': string too long. Expected a string with maximum length " + MAX_VALUE
                                + ".",
                        name,
                        "string_above_max_length");
            }
        };
    }

    private static BadRequestException givenTwice(String name) {
        return BadRequestException.of("The parameter '" + name + "' was given more than once.", name, "invalid_value");
    }

    /** Takes the content of one part, up to a limit. */
    private abstract static class Limited extends OutputStream {
        private final long limit;
        private long size;

        Limited(long limit) {
            this.limit = limit;
        }

        abstract void accept(byte[] source, int from, int length);

        abstract BadRequestException tooLarge(long size);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int from, int length) {
            size += length;
            if (size > limit) {
                throw tooLarge(size);
            }
            accept(source, from, length);
        }
    }

    /** The form's description of the file. Call this once the whole form was read. */
    Described described() {
        ObjectNode json = Json.object();
        json.put("file", filename);
        values.forEach((name, value) -> json.set(name, field(name, value.toString(StandardCharsets.UTF_8))));
        return JsonFields.of(json).read(fields -> new Described(
                filename(fields), purpose(fields.requiredString("purpose", MAX_VALUE)), expiresAfter(fields)));
    }

    private static String filename(Fields fields) {
        String name = fields.requiredString("file", MAX_NAME);
        if (name.isEmpty()) {
            throw BadRequestException.of("Invalid 'file': its file name is empty.", "file", "invalid_value");
        }
        return name;
    }

    private static String purpose(String purpose) {
        if (PURPOSES.contains(purpose)) {
            return purpose;
        }
        if (HOSTED_PURPOSES.contains(purpose)) {
            throw BadRequestException.of(
                    "Files with the purpose '" + purpose + "' are not supported by this server, which takes "
                            + quoted(PURPOSES) + ".",
                    "purpose",
                    "unsupported_value");
        }
        throw BadRequestException.of(
                "'" + purpose + "' is not one of [" + quoted(HOSTED_PURPOSES) + "] - 'purpose'", "purpose", null);
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    /** A part's value as JSON. Numbers come as text in a form. */
    private static JsonNode field(String name, String text) {
        try {
            return name.equals(SECONDS) ? LongNode.valueOf(Long.parseLong(text.strip())) : TextNode.valueOf(text);
        } catch (NumberFormatException e) {
            return TextNode.valueOf(text);
        }
    }

    private static @Nullable Long expiresAfter(Fields fields) {
        if (!fields.has(ANCHOR) && !fields.has(SECONDS)) {
            return null;
        }
        fields.requiredChoice(ANCHOR, "created_at");
        return fields.requiredInteger(SECONDS, MIN_LIFETIME, MAX_LIFETIME);
    }

    /** The JSON Schema of the form. */
    static ObjectNode schema() {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("file").put("type", "string").put("format", "binary");
        PURPOSES.forEach(properties.putObject("purpose").put("type", "string").putArray("enum")::add);
        properties.putObject(ANCHOR).put("type", "string").put("const", "created_at");
        properties.putObject(SECONDS).put("type", "integer").put("minimum", MIN_LIFETIME).put("maximum", MAX_LIFETIME);
        schema.putArray("required").add("file").add("purpose");
        return schema;
    }
}
