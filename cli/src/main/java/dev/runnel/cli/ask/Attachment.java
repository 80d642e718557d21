package dev.runnel.cli.ask;

import dev.runnel.cli.base.CommandException;
import dev.runnel.client.FileUpload;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.responses.InputItem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file that goes with a prompt: text becomes part of the prompt, an image a part of its own. */
final class Attachment {
    private static final long MAX_TEXT = 4L << 20;
    private static final long MAX_IMAGE = 20L << 20;

    /** A conversation needs its images as long as somebody may go on with it. */
    private static final Duration KEPT = Duration.ofDays(30);

    private final String name;
    private final byte[] content;

    /** The type of an image, as in {@code image/png}; null for text. */
    private final @Nullable String image;

    private Attachment(String name, byte[] content, @Nullable String image) {
        this.name = name;
        this.content = content;
        this.image = image;
    }

    /**
     * Reads a file.
     *
     * @throws CommandException if it does not exist, is too large, or is neither text nor an image
     */
    static Attachment read(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            if (Files.isDirectory(file)) {
                throw new CommandException(file + " is a folder; name a file");
            }
            long size = Files.size(file);
            if (size > MAX_IMAGE) {
                throw new CommandException(file + " is larger than 20 MiB");
            }
            byte[] content = Files.readAllBytes(file);
            String image = image(content);
            if (image == null && size > MAX_TEXT) {
                throw new CommandException(file + " is larger than the limit of 4 MiB for text");
            }
            if (image == null && !isText(content)) {
                throw new CommandException(
                        file + " is neither text in UTF-8 nor an image (PNG, JPEG, GIF, WebP)");
            }
            return new Attachment(name, content, image);
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no file " + file);
        } catch (IOException e) {
            throw new CommandException(file + " cannot be read: " + e.getMessage());
        }
    }

    /** By its first bytes, because names can be wrong. */
    private static @Nullable String image(byte[] content) {
        String head = new String(content, 0, Math.min(content.length, 12), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n")) {
            return "image/png";
        } else if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        } else if (head.startsWith("GIF8")) {
            return "image/gif";
        }
        return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : null;
    }

    private static boolean isText(byte[] content) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString().indexOf('\0') < 0;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** The prompt, followed by the texts, each in a fence that no line of the text closes. */
    static String text(String prompt, List<Attachment> attachments) {
        StringBuilder text = new StringBuilder(prompt);
        attachments.stream().filter(each -> each.image == null).forEach(each -> {
            String content = new String(each.content, StandardCharsets.UTF_8);
            String fence = "```";
            while (content.contains(fence)) {
                fence += "`";
            }
            text.append("\n\nThe file ").append(each.name).append(":\n").append(fence).append('\n').append(content)
                    .append(content.endsWith("\n") ? "" : "\n").append(fence);
        });
        return text.toString();
    }

    /** A message for a thread; its images are uploaded first. */
    static MessageRequest message(RunnelClient client, String prompt, List<Attachment> attachments) {
        List<Map<String, Object>> images = attachments.stream().filter(each -> each.image != null)
                .<Map<String, Object>>map(each -> Map.of(
                        "type", "image_file", "image_file", Map.of("file_id", each.upload(client))))
                .toList();
        JsonValue content = content(text(prompt, attachments), images);
        return new MessageRequest(Role.USER, content, null, null);
    }

    /** A message for a response; its images are uploaded first. */
    static InputItem item(RunnelClient client, String prompt, List<Attachment> attachments) {
        InputItem item = InputItem.user(text(prompt, attachments));
        for (Attachment each : attachments) {
            if (each.image != null) {
                item = item.withImageFile(each.upload(client));
            }
        }
        return item;
    }

    private String upload(RunnelClient client) {
        return client.files().create(FileUpload.of(name, content, "vision").expiringAfter(KEPT)).id();
    }

    /** A message for a chat completion, its images within. */
    static ChatMessage chatMessage(String prompt, List<Attachment> attachments) {
        List<Map<String, Object>> images = attachments.stream().filter(each -> each.image != null)
                .<Map<String, Object>>map(each -> Map.of(
                        "type", "image_url", "image_url", Map.of("url", each.dataUrl())))
                .toList();
        return new ChatMessage("user", content(text(prompt, attachments), images), null, null);
    }

    private String dataUrl() {
        return "data:" + image + ";base64," + Base64.getEncoder().encodeToString(content);
    }

    private static JsonValue content(String text, List<Map<String, Object>> images) {
        if (images.isEmpty()) {
            return JsonValue.of(text);
        }
        Map<String, Object> words = Map.of("type", "text", "text", text);
        return JsonValue.of(Stream.concat(Stream.of(words), images.stream()).toList());
    }
}
