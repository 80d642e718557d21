package dev.runnel.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes and durations, as a person types them: a whole number and a unit. */
final class Units {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([a-z]*)");
    private static final Map<String, Long> BYTES = Map.of(
            "", 1L, "k", 1L << 10, "kib", 1L << 10, "m", 1L << 20, "mib", 1L << 20, "g", 1L << 30, "gib", 1L << 30);
    private static final Map<String, Long> SECONDS = Map.of("", 1L, "s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L);

    private static final long MIN_SIZE = 1L << 10;
    private static final long MAX_SIZE = 1L << 30;
    private static final long MAX_SECONDS = 30 * 86_400L;

    private Units() {}

    /** Bytes, from 1 KiB to 1 GiB: {@code 1048576}, {@code 16m}, {@code 16MiB}. */
    static final class Size implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            Long bytes = amount(text, BYTES);
            if (bytes == null || bytes < MIN_SIZE || bytes > MAX_SIZE) {
                throw new TypeConversionException(
                        "'" + text + "' is no size from 1KiB to 1GiB, such as 1048576, 16m or 16MiB");
            }
            return bytes.intValue();
        }
    }

    /** A time span, from a second to 30 days: {@code 600}, {@code 600s}, {@code 10m}, {@code 2h}, {@code 1d}. */
    static final class Span implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Long seconds = amount(text, SECONDS);
            if (seconds == null || seconds < 1 || seconds > MAX_SECONDS) {
                throw new TypeConversionException(
                        "'" + text + "' is no duration from 1s to 30d, such as 600, 600s, 10m or 2h");
            }
            return Duration.ofSeconds(seconds);
        }
    }

    /** As {@link Span}, but 0 too: no wait. */
    static final class Wait implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Long seconds = amount(text, SECONDS);
            return seconds != null && seconds == 0 ? Duration.ZERO : new Span().convert(text);
        }
    }

    /** A number of things, from 1 to 1000000000. */
    static final class Count implements ITypeConverter<Integer> {
        private static final long MAX = 1_000_000_000;

        @Override
        public Integer convert(String text) {
            Long count = amount(text, Map.of("", 1L));
            if (count == null || count < 1 || count > MAX) {
                throw new TypeConversionException(
                        "'" + text + "' is no number from 1 to " + MAX + ", such as 1000");
            }
            return count.intValue();
        }
    }

    private static @Nullable Long amount(String text, Map<String, Long> units) {
        Matcher matcher = AMOUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        Long unit = units.get(matcher.group(2));
        return unit == null ? null : Long.parseLong(matcher.group(1)) * unit;
    }
}
