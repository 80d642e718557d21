package dev.runnel.server.engine.prompts;

import dev.runnel.model.ModelException;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.engine.files.FileLibrary;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts uploaded images into a prompt, as data URLs: a model server does not have this server's files. The file's
 * project is not checked here; it was checked when the message was added. Thread-safe.
 */
public final class Images {
    private static final long MIB = 1024 * 1024;
    private static final long MAX_IMAGE = 20 * MIB;
    private static final long MAX_TOTAL = 64 * MIB;

    private final FileLibrary files;

    public Images(FileLibrary files) {
        this.files = files;
    }

    /**
     * The prompt, with each image file replaced by its content.
     *
     * @throws ModelException if an image file was deleted, is too large or is not an image
     */
    public ChatRequest inline(ChatRequest prompt) {
        List<String> ids = prompt.messages().stream()
                .flatMap(message -> message.content().elements().stream())
                .filter(Images::isImageFile)
                .map(Images::fileId)
                .toList();
        if (ids.isEmpty()) {
            return prompt;
        }
        Map<String, String> urls = urls(ids);
        return prompt.withMessages(prompt.messages().stream().map(message -> inline(message, urls)).toList());
    }

    private static boolean isImageFile(JsonValue part) {
        return part.get("type").text().equals("image_file");
    }

    private static String fileId(JsonValue part) {
        return part.get("image_file").get("file_id").text();
    }

    /** The data URL of each image. The sizes of all images are checked before the first is read. */
    private Map<String, String> urls(List<String> ids) {
        Map<String, FileObject> images = new HashMap<>();
        long total = 0;
        for (String id : ids) {
            FileObject image = images.computeIfAbsent(id, this::image);
            total += image.bytes();
        }
        if (total > MAX_TOTAL) {
            throw invalid("The thread's images have " + total + " bytes in all. The limit for a prompt is " + MAX_TOTAL
                    + " bytes.");
        }
        Map<String, String> urls = new HashMap<>();
        images.forEach((id, image) -> urls.put(id, url(image)));
        return urls;
    }

    private FileObject image(String id) {
        FileObject image = files.find(id).orElseThrow(() -> gone(id));
        if (image.bytes() > MAX_IMAGE) {
            throw invalid(
                    "The image " + described(image) + " has " + image.bytes() + " bytes. The limit is " + MAX_IMAGE
                            + " bytes.");
        }
        return image;
    }

    private String url(FileObject image) {
        byte[] bytes = files.read(image).orElseThrow(() -> gone(image.id()));
        return "data:" + type(image, bytes) + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private static String type(FileObject image, byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, 12), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        } else if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        } else if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return "image/gif";
        } else if (head.startsWith("RIFF") && head.endsWith("WEBP")) {
            return "image/webp";
        }
        String named = URLConnection.guessContentTypeFromName(image.filename());
        if (named == null || !named.startsWith("image/")) {
            throw invalid(
                    "A message shows the file " + described(image) + " as an image, but neither its content nor its"
                            + " name is an image's.");
        }
        return named;
    }

    private static ChatMessage inline(ChatMessage message, Map<String, String> urls) {
        if (message.content().elements().stream().noneMatch(Images::isImageFile)) {
            return message;
        }
        List<JsonValue> parts = message.content().elements().stream()
                .map(part -> isImageFile(part) ? imageUrl(part, urls) : part)
                .toList();
        return new ChatMessage(message.role(), JsonValue.of(parts), message.toolCalls(), message.toolCallId());
    }

    private static JsonValue imageUrl(JsonValue part, Map<String, String> urls) {
        Map<String, Object> url = new LinkedHashMap<>();
        url.put("url", Objects.requireNonNull(urls.get(fileId(part))));
        JsonValue detail = part.get("image_file").get("detail");
        if (detail.isText()) {
            url.put("detail", detail);
        }
        return JsonValue.of(Map.of("type", "image_url")).with(Map.of("image_url", url));
    }

    private static ModelException gone(String id) {
        return invalid(
                "A message of the thread shows the file " + id
                        + " as an image, but the file was deleted or has expired.");
    }

    private static String described(FileObject image) {
        return image.id() + " (" + image.filename() + ")";
    }

    private static ModelException invalid(String message) {
        return new ModelException(ModelException.Kind.INVALID_PROMPT, message, null);
    }
}
