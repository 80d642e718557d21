package dev.runnel.bench.relay;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load that has a name: {@code 1000x30} for streams and tokens a second; {@code unpaced} for 200 streams of 5,000 tokens as fast as
 * they go; {@code 1000x30of150} for whole replies of 150 tokens, of which 1,000 are under way at any time; {@code 200in100ms} for
 * streams that begin in so short a time.
 */
record Scenario(String name, Load load) {
    static final List<String> DEFAULT = List.of("200x30", "1000x30", "5000x10", "10000x2", "unpaced",
            "8x50of64", "8x1000of20", "200x30of150", "1000x30of150", "5000x10of150", "200in100ms");

    private static final Pattern PACED = Pattern.compile("(\\d{1,6})x(\\d{1,4})(?:of(\\d{1,4}))?");
    private static final Pattern BURST = Pattern.compile("(\\d{1,6})in(\\d{1,4})ms");
    private static final Duration REPLIES = Duration.ofSeconds(24);
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
            int streams = number(paced.group(1));
            int rate = number(paced.group(2));
            return new Scenario(name, paced.group(3) == null
                    ? paced(streams, rate)
                    : Load.ofReplies(streams, number(paced.group(3)), every(rate), REPLIES, PATIENCE));
        }
        Matcher burst = BURST.matcher(name);
        if (burst.matches()) {
            return new Scenario(name, new Load(number(burst.group(1)), BURST_TOKENS, BURST_INTERVAL,
                    Duration.ofMillis(number(burst.group(2))), PATIENCE));
        }
        if (name.equals("unpaced")) {
            return new Scenario(name, new Load(200, 5_000, Duration.ZERO, Duration.ZERO, PATIENCE.multipliedBy(4)));
        }
        throw new IllegalArgumentException(
                "no scenario " + name + "; there are STREAMSxRATE, STREAMSxRATEofTOKENS, STREAMSinMILLISms, unpaced");
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static Duration every(int tokensPerSecond) {
        return Duration.ofSeconds(1).dividedBy(tokensPerSecond);
    }

    private static Load paced(int streams, int tokensPerSecond) {
        Duration ramp = Duration.ofSeconds(1).multipliedBy(streams).dividedBy(STARTS_PER_SECOND);
        long tokens = ramp.plus(PLATEAU).toMillis() * tokensPerSecond / 1_000;
        return new Load(streams, (int) tokens, every(tokensPerSecond), ramp, PATIENCE);
    }

    /** How many files and connections one process must be able to have open. */
    int openFiles() {
        long open = load.keepsConnections() ? Math.round(2 * atOnce()) : load.streams(); // where replies take longer
        return 2 * (int) open + OTHER_FILES;
    }

    String title() {
        if (load.interval().isZero()) {
            return "%,d streams of %,d tokens, as fast as they go".formatted(load.streams(), load.tokens());
        }
        double rate = 1e9 / load.interval().toNanos();
        if (BURST.matcher(name).matches()) {
            return "%,d streams that begin within %d ms".formatted(load.streams(), load.ramp().toMillis());
        }
        return load.hasPlateau()
                ? "%,d streams, %.0f tokens/s each".formatted(load.streams(), rate)
                : "whole replies of %d tokens at %,.0f a second, %,.0f at a time".formatted(
                        load.tokens(), rate, atOnce());
    }

    /** How many streams are open at the same time. */
    double atOnce() {
        double lasting = load.interval().multipliedBy(load.tokens()).toNanos();
        return lasting >= load.ramp().toNanos() ? load.streams() : load.streams() * lasting / load.ramp().toNanos();
    }
}
