package dev.runnel.bench.relay;

import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import java.io.IOException;
import java.time.Duration;

/**
 * Loads one server with streams and tells how evenly and how late their tokens come. See the module's README for the
 * arguments and figures. Ends with status 1 if a stream failed or ended without its terminal event.
 */
public final class RelayLoad {
    private final LoadOptions options;
    private final Load load;

    private RelayLoad(LoadOptions options) {
        this.options = options;
        this.load = options.load();
    }

    public static void main(String[] args) throws IOException {
        var load = new RelayLoad(LoadOptions.parse(args));
        System.exit(load.run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        if (options.servePort() != null) {
            var model = PacedModelServer.startStamped(options.servePort(), load.tokens(), load.interval());
            System.out.println("paced model at " + model.baseUri());
        }
        boolean passed = true;
        for (int round = 1; round <= options.rounds(); round++) {
            System.out.printf("round %d: %s, %d streams x %d tokens, one every %.1f ms%n", round, options.kind(),
                    load.streams(), load.tokens(), load.interval().toNanos() / 1e6);
            passed &= runRound();
        }
        return passed;
    }

    private boolean runRound() throws IOException {
        try (var client = new LoadClient(load, options.endpoint())) {
            var server = options.serverPid() == null ? ProcessTree.none() : ProcessTree.of(options.serverPid());
            var meter = new Meter(load, server, ProcessTree.none());
            long start = System.nanoTime();
            var report = new LoadReport(client.run(meter), load.interval());
            System.out.print(report.text(Duration.ofNanos(System.nanoTime() - start)));
            var readings = meter.readings();
            System.out.printf("cpu, us per token: server %.1f, this process %.1f%n", readings.serverCpu(),
                    readings.clientCpu());
            return report.failed() == 0;
        }
    }
}
