package dev.runnel.bench.relay;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load that has a name: {@code 1000x30} for streams and tokens a second; {@code 8x1000of20}
 * for replies of 20 tokens, which are replaced as they end; {@code unpaced} for 200 streams of 5,000 tokens as fast as
 * they go; {@code 64at20ms} for 64 tokens, one every 20 ms, in a handful of streams at a time; {@code 200in100ms} for streams that begin
 * within so short a time.
 */
record Scenario(String name, Load load) {
    static final List<String> DEFAULT = List.of("200x30", "1000x30", "5000x10", "10000x2", "unpaced", "64at20ms",
            "8x1000of20", "200x30of150", "1000x30of150", "5000x10of150", "200in100ms");

    private static final Pattern PACED = Pattern.compile("(\\d{1,6})x(\\d{1,4})");
    private static final Pattern WHOLE = Pattern.compile("(\\d{1,6})x(\\d{1,4})of(\\d{1,5})");
    private static final Pattern BURST = Pattern.compile("(\\d{1,6})in(\\d{1,4})ms");
    private static final int BURST_TOKENS = 60;
    private static final Duration BURST_INTERVAL = Duration.ofMillis(33);
    private static final int STARTS_PER_SECOND = 500;
    private static final Duration PLATEAU = Duration.ofSeconds(12);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Of one server: two connections a stream, and some for itself. */
    private static final int OTHER_FILES = 200;

    /** @throws IllegalArgumentException for a name that means nothing */
    static Scenario named(String name) {
        Matcher paced = PACED.matcher(name);
        if (paced.matches()) {
            return new Scenario(name, paced(Integer.parseInt(paced.group(1)), Integer.parseInt(paced.group(2))));
        }
        Matcher whole = WHOLE.matcher(name);
        if (whole.matches()) {
            return new Scenario(name, whole(
                    Integer.parseInt(whole.group(1)), Integer.parseInt(whole.group(2)),
                    Integer.parseInt(whole.group(3))));
        }
        Matcher burst = BURST.matcher(name);
        if (burst.matches()) {
            return new Scenario(name, new Load(Integer.parseInt(burst.group(1)), BURST_TOKENS, BURST_INTERVAL,
                    Duration.ofMillis(Integer.parseInt(burst.group(2))), PATIENCE));
        }
        return new Scenario(name, switch (name) {
            case "unpaced" -> new Load(200, 5_000, Duration.ZERO, Duration.ZERO, PATIENCE.multipliedBy(4));
            case "64at20ms" -> new Load(150, 64, Duration.ofMillis(20), Duration.ofSeconds(24), PATIENCE);
            default -> throw new IllegalArgumentException(
                    "no scenario " + name + "; there are STREAMSxRATE, STREAMSxRATEofTOKENS, STREAMSinMILLISms,"
                            + " unpaced, 64at20ms");
        });
    }

    private static Load paced(int streams, int tokensPerSecond) {
        Duration ramp = Duration.ofSeconds(1).multipliedBy(streams).dividedBy(STARTS_PER_SECOND);
        long tokens = ramp.plus(PLATEAU).toMillis() * tokensPerSecond / 1_000;
        return new Load(streams, (int) tokens, Duration.ofSeconds(1).dividedBy(tokensPerSecond), ramp, PATIENCE);
    }

    /** As many replies as begin within the usual plateau at the wanted rate: a server that does not keep up takes longer. */
    private static Load whole(int streams, int tokensPerSecond, int tokens) {
        Duration interval = Duration.ofSeconds(1).dividedBy(tokensPerSecond);
        Duration ramp = interval.multipliedBy(tokens);
        long replies = PLATEAU.toMillis() * tokensPerSecond * streams / tokens / 1_000;
        return new Load(streams, tokens, interval, ramp, PATIENCE.multipliedBy(10), (int) Math.max(streams, replies));
    }

    /** How many files and connections one process must be able to have open. */
    int openFiles() {
        return 2 * load.streams() + OTHER_FILES;
    }

    String title() {
        if (load.interval().isZero()) {
            return "%,d streams of %,d tokens, as fast as they go".formatted(load.streams(), load.tokens());
        }
        double rate = 1e9 / load.interval().toNanos();
        if (BURST.matcher(name).matches()) {
            return "%,d streams that begin within %d ms".formatted(load.streams(), load.ramp().toMillis());
        }
        if (load.replaces()) {
            return "%,d streams, %.0f tokens/s each, replies of %,d tokens that are replaced as they end"
                    .formatted(load.streams(), rate, load.tokens());
        }
        return load.hasPlateau()
                ? "%,d streams, %.0f tokens/s each".formatted(load.streams(), rate)
                : "%d tokens at %.0f a second, %.0f streams at a time".formatted(load.tokens(), rate, atOnce());
    }

    /** How many streams are open at the same time. */
    double atOnce() {
        double lasting = load.interval().multipliedBy(load.tokens()).toNanos();
        return lasting >= load.ramp().toNanos() ? load.streams() : load.streams() * lasting / load.ramp().toNanos();
    }
}
