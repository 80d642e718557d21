package dev.runnel.bench.relay;

import java.util.Map;

/**
 * The figures of one round of load on one target. Times in milliseconds.
 *
 * @param firstTokenP50  from the request to the first token, as {@code firstTokenP99}
 * @param lagP50         from the model's writing of a token to its arrival, as {@code lagP99}
 * @param failed         streams that were not complete and in order
 * @param stalled        streams that paused for more than ten intervals
 * @param failures       what went wrong, and how often
 */
record RoundFigures(Meter.Readings readings, double firstTokenP50, double firstTokenP99, double lagP50, double lagP99,
        int failed, int stalled, Map<String, Integer> failures) {

    static RoundFigures of(LoadReport report, Meter.Readings readings) {
        var firstTokens = report.firstTokens();
        var lags = report.lags();
        return new RoundFigures(readings, firstTokens.millis(50), firstTokens.millis(99), lags.millis(50),
                lags.millis(99), report.failed(), report.stalled(), report.failures());
    }

    @Override
    public String toString() {
        return "server %.1f, model %.1f, client %.1f us/token; %,.0f tokens/s; first token %.2f / %.2f ms; lag %.2f / %.2f ms; RSS %d MB; %d failed, %d stalled"
                .formatted(readings.serverCpu(), readings.modelCpu(), readings.clientCpu(), readings.tokensPerSecond(),
                        firstTokenP50, firstTokenP99, lagP50, lagP99, readings.serverRss() / 1_000_000, failed,
                        stalled);
    }
}
