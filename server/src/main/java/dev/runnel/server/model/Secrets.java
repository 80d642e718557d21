package dev.runnel.server.model;

import dev.runnel.client.BaseUrl;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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
    /** Placeholders that people give as keys to servers that need none. They are not secret. */
    private static final Set<String> NO_SECRETS = Set.of("any", "dummy", "empty", "key", "no-key", "none", "null",
            "ollama",
            "test", "token", "xxx");

    /** A secret shorter than this may also be a word: it is replaced only where no letter or digit is next to it. */
    private static final int SHORT = 8;

    /** A secret shorter than this may be part of a model's own words: it is replaced in errors only. */
    private static final int MIN_IN_REPLIES = 12;

    private static final byte[] MARK = {'*', '*', '*'};

    /** How many bytes of a secret are enough to recognise it at the end of a text that was cut there. */
    private static final int MIN_CUT = 6;

    private static final byte[][] CUTS = {"…".getBytes(StandardCharsets.UTF_8), {'.', '.', '.'}};

    private final Finder inErrors;
    private final Finder inReplies;

    private Secrets(List<byte[]> all) {
        this.inErrors = new Finder(all);
        this.inReplies = new Finder(all.stream().filter(secret -> secret.length >= MIN_IN_REPLIES).toList());
    }

    /** The secrets of a model server. */
    static Secrets of(BaseUrl url, @Nullable String key) {
        Set<String> texts = new HashSet<>(url.secrets());
        if (key != null) {
            texts.add(key.strip());
        }
        return new Secrets(texts.stream()
                .filter(text -> text.length() > 1 && !NO_SECRETS.contains(text.toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /**
     * An error's message, without secrets. A secret that is cut by the message's end, or by an ellipsis, is replaced
     * too.
     */
    String redact(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        byte @Nullable [] clean = inErrors.clean(bytes, true);
        return clean == null ? message : new String(clean, StandardCharsets.UTF_8);
    }

    /** A part of a reply, without secrets. */
    String redactReply(String part) {
        if (part.length() < MIN_IN_REPLIES) {
            return part;
        }
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        byte @Nullable [] clean = inReplies.clean(bytes, false);
        return clean == null ? part : new String(clean, StandardCharsets.UTF_8);
    }

    /** A reply as it is on the wire, without secrets; the same array if it has none. */
    byte[] redactReply(byte[] reply) {
        byte @Nullable [] clean = inReplies.clean(reply, false);
        return clean == null ? reply : clean;
    }

    /**
     * Finds secrets as they are, and as other programs write them: with some or all characters percent-encoded or
     * escaped as in JSON, in upper or lower case. The time it takes grows only in proportion to the text, because
     * hardly any place in a text can be the beginning of a secret.
     */
    private static final class Finder {
        private final List<byte[]> secrets;
        private final boolean[] begins = new boolean[256];

        /** @param secrets the longest first */
        Finder(List<byte[]> secrets) {
            this.secrets = secrets;
            for (byte[] secret : secrets) {
                begins[lower(secret[0]) & 0xFF] = true;
                begins[Character.toUpperCase(secret[0] & 0xFF) & 0xFF] = true;
                begins['%'] = true;
                begins['\\'] = true;
            }
        }

        /**
         * The text without secrets; null if it has none.
         *
         * @param cut whether to replace the beginning of a secret too, where the text was cut
         */
        byte @Nullable [] clean(byte[] text, boolean cut) {
            ByteArrayOutputStream clean = null;
            int kept = 0;
            for (int at = 0; at < text.length; at++) {
                int end = begins[text[at] & 0xFF] ? end(text, at, cut) : -1;
                if (end > 0) {
                    clean = clean == null ? new ByteArrayOutputStream(text.length) : clean;
                    clean.write(text, kept, at - kept);
                    clean.writeBytes(MARK);
                    kept = end;
                    at = end - 1;
                }
            }
            if (clean == null) {
                return null;
            }
            clean.write(text, kept, text.length - kept);
            return clean.toByteArray();
        }

        /** The end of the secret that begins here; -1 if none does. */
        private int end(byte[] text, int from, boolean cut) {
            for (byte[] secret : secrets) {
                int at = from;
                int same = 0;
                for (int next = at; same < secret.length && (next = after(text, at, secret[same])) > 0; same++) {
                    at = next;
                }
                boolean whole = same == secret.length && (same >= SHORT || standsAlone(text, from, at));
                if (whole || (cut && same >= MIN_CUT && isCut(text, at))) {
                    return at;
                }
            }
            return -1;
        }

        /** The place after one character of a secret, plain or escaped; -1 if the text has another character. */
        private static int after(byte[] text, int at, byte wanted) {
            if (at >= text.length) {
                return -1;
            } else if (lower(text[at]) == lower(wanted)) {
                return at + 1;
            }
            return switch (text[at]) {
                case '%' -> isHex(text, at + 1, 2, wanted) ? at + 3 : -1;
                case '\\' -> at + 1 < text.length && text[at + 1] == wanted ? at + 2
                        : at + 1 < text.length && text[at + 1] == 'u' && isHex(text, at + 2, 4, wanted) ? at + 6 : -1;
                case '+' -> wanted == ' ' ? at + 1 : -1;
                default -> -1;
            };
        }

        private static boolean isHex(byte[] text, int from, int digits, byte wanted) {
            if (from + digits > text.length) {
                return false;
            }
            int value = 0;
            for (int i = from; i < from + digits; i++) {
                int digit = Character.digit(text[i], 16);
                if (digit < 0) {
                    return false;
                }
                value = value * 16 + digit;
            }
            return value == (wanted & 0xFF);
        }

        private static byte lower(byte b) {
            return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
        }

        private static boolean isCut(byte[] text, int at) {
            for (byte[] cut : CUTS) {
                if (at + cut.length <= text.length && Arrays.equals(text, at, at + cut.length, cut, 0, cut.length)) {
                    return true;
                }
            }
            return at == text.length;
        }

        private static boolean standsAlone(byte[] text, int at, int end) {
            return (at == 0 || !Character.isLetterOrDigit(text[at - 1]))
                    && (end == text.length || !Character.isLetterOrDigit(text[end]));
        }
    }
}
