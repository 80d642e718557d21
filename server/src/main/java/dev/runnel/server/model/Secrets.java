package dev.runnel.server.model;

import dev.runnel.client.BaseUrl;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that only the model server may see: its key, and the secret parts of its URL. Each is replaced by {@code ***} in all text
 * that the model server sends. Thread-safe.
 */
final class Secrets {
    /** Keys that people give to servers that want none. */
    private static final Set<String> NO_SECRETS = Set.of("any", "dummy", "empty", "key", "no-key", "none", "null",
            "ollama",
            "test", "token", "xxx");

    /** A shorter one may also be a word: it counts only where no letter or digit is next to it. */
    private static final int SHORT = 8;

    /** A shorter one may be what a model says: it counts in errors only. */
    private static final int MIN_IN_REPLIES = 12;

    private static final byte[] MARK = {'*', '*', '*'};

    private final List<Secret> all;
    private final List<Secret> inReplies;

    private Secrets(List<Secret> all) {
        this.all = all;
        this.inReplies = all.stream().filter(secret -> secret.bytes.length >= MIN_IN_REPLIES).toList();
    }

    /** The secrets of a model server. */
    static Secrets of(BaseUrl url, @Nullable String key) {
        Set<String> texts = new HashSet<>(url.secrets());
        if (key != null) {
            texts.add(key.strip());
        }
        for (String text : List.copyOf(texts)) {
            texts.add(text.replace("/", "\\/"));
            texts.add(URLEncoder.encode(text, StandardCharsets.UTF_8));
        }
        List<Secret> secrets = new ArrayList<>();
        texts.stream()
                .filter(text -> text.length() > 1 && !NO_SECRETS.contains(text.toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .forEach(text -> secrets.add(new Secret(text.getBytes(StandardCharsets.UTF_8))));
        return new Secrets(secrets);
    }

    /** A message of an error's, without them. */
    String redact(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        return new String(without(bytes, all), StandardCharsets.UTF_8);
    }

    /** A reply as it is on the wire, without them; the same array if it has none. */
    byte[] redactReply(byte[] reply) {
        return without(reply, inReplies);
    }

    private static byte[] without(byte[] text, List<Secret> secrets) {
        byte[] clean = text;
        for (Secret secret : secrets) {
            for (int at = 0; (at = secret.find(clean, at)) >= 0; at += MARK.length) {
                byte[] shorter = new byte[clean.length - secret.bytes.length + MARK.length];
                System.arraycopy(clean, 0, shorter, 0, at);
                System.arraycopy(MARK, 0, shorter, at, MARK.length);
                System.arraycopy(clean, at + secret.bytes.length, shorter, at + MARK.length,
                        clean.length - at - secret.bytes.length);
                clean = shorter;
            }
        }
        return clean;
    }

    /** Finds it by Horspool's algorithm, which looks at one byte in as many as the secret has: nearly all that is searched has none. */
    private static final class Secret {
        private final byte[] bytes;
        private final int[] skip = new int[256];

        Secret(byte[] bytes) {
            this.bytes = bytes;
            Arrays.fill(skip, bytes.length);
            for (int i = 0; i < bytes.length - 1; i++) {
                skip[bytes[i] & 0xFF] = bytes.length - 1 - i;
            }
        }

        int find(byte[] text, int from) {
            int last = bytes.length - 1;
            for (int i = from; i <= text.length - bytes.length; i += skip[text[i + last] & 0xFF]) {
                if (text[i + last] == bytes[last]
                        && Arrays.equals(text, i, i + bytes.length, bytes, 0, bytes.length)
                        && (bytes.length >= SHORT || standsAlone(text, i))) {
                    return i;
                }
            }
            return -1;
        }

        private boolean standsAlone(byte[] text, int at) {
            int end = at + bytes.length;
            return (at == 0 || !Character.isLetterOrDigit(text[at - 1]))
                    && (end == text.length || !Character.isLetterOrDigit(text[end]));
        }
    }
}
