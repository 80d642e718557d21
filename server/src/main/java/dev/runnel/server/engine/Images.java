package dev.runnel.server.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.model.ModelException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts uploaded images into a prompt: a model server does not know our files, so that each becomes a data URL. Whose a file is was
 * asked when the message that shows it was added. Thread-safe.
 */
final class Images {
    private static final long MIB = 1024 * 1024;
    private static final long MAX_IMAGE = 20 * MIB;
    private static final long MAX_TOTAL = 64 * MIB;

    private final FileLibrary files;

    Images(FileLibrary files) {
        this.files = files;
    }

    /**
     * The prompt with what its image files hold.
     *
     * @throws ModelException if one of them is gone, too large or no image
     */
    ChatRequest inline(ChatRequest prompt) {
        List<String> ids = prompt.messages().stream()
                .flatMap(message -> message.content().valueStream())
                .filter(Images::isImageFile)
                .map(Images::fileId)
                .toList();
        if (ids.isEmpty()) {
            return prompt;
        }
        Map<String, String> urls = urls(ids);
        return prompt.withMessages(prompt.messages().stream().map(message -> inline(message, urls)).toList());
    }

    private static boolean isImageFile(JsonNode part) {
        return part.path("type").asText().equals("image_file");
    }

    private static String fileId(JsonNode part) {
        return part.path("image_file").path("file_id").asText();
    }

    /** The data URL of each image; none is read before the sizes of all are known to be within their limits. */
    private Map<String, String> urls(List<String> ids) {
        Map<String, FileObject> images = new HashMap<>();
        long total = 0;
        for (String id : ids) {
            FileObject image = images.computeIfAbsent(id, this::image);
            total += image.bytes();
        }
        if (total > MAX_TOTAL) {
            throw invalid("The images of the thread have " + total + " bytes in all, and a prompt may have " + MAX_TOTAL
                    + ".");
        }
        Map<String, String> urls = new HashMap<>();
        images.forEach((id, image) -> urls.put(id, url(image)));
        return urls;
    }

    private FileObject image(String id) {
        FileObject image = files.find(id).orElseThrow(() -> gone(id));
        if (image.bytes() > MAX_IMAGE) {
            throw invalid(
                    "The image " + described(image) + " has " + image.bytes() + " bytes, and may have " + MAX_IMAGE
                            + ".");
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
                    "The file " + described(image) + " is shown as an image, but neither its content nor its name is"
                            + " that of one.");
        }
        return named;
    }

    private static ChatMessage inline(ChatMessage message, Map<String, String> urls) {
        if (message.content().valueStream().noneMatch(Images::isImageFile)) {
            return message;
        }
        ArrayNode parts = Json.object().putArray("content");
        for (JsonNode part : message.content()) {
            parts.add(isImageFile(part) ? imageUrl(part, urls) : part);
        }
        return new ChatMessage(message.role(), parts, message.toolCalls(), message.toolCallId());
    }

    private static ObjectNode imageUrl(JsonNode part, Map<String, String> urls) {
        ObjectNode imageUrl = Json.object().put("type", "image_url");
        ObjectNode url = imageUrl.putObject("image_url").put("url", Objects.requireNonNull(urls.get(fileId(part))));
        JsonNode detail = part.path("image_file").path("detail");
        if (detail.isTextual()) {
            url.set("detail", detail);
        }
        return imageUrl;
    }

    private static ModelException gone(String id) {
        return invalid(
                "The file " + id + ", which a message of the thread shows as an image, was deleted or has expired.");
    }

    private static String described(FileObject image) {
        return image.id() + " (" + image.filename() + ")";
    }

    private static ModelException invalid(String message) {
        return new ModelException(ModelException.Kind.INVALID_PROMPT, message, null);
    }
}
