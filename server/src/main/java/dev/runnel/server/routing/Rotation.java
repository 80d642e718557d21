package dev.runnel.server.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** The order in which equal servers are asked. Thread-safe. */
final class Rotation {
    // Guarded by this. By the servers' names.
    private final Map<String, Long> credit = new HashMap<>();

    /** Gives each its share of calls by its weight: the first of the answer is the next one's turn, the others follow in case it fails. */
    synchronized List<UpstreamServer> next(List<UpstreamServer> equal) {
        long total = 0;
        for (UpstreamServer server : equal) {
            credit.merge(server.name(), (long) server.plan().weight(), Long::sum);
            total += server.plan().weight();
        }
        List<UpstreamServer> order = new ArrayList<>(equal);
        order.sort(
                Comparator.comparingLong((UpstreamServer server) -> credit.getOrDefault(server.name(), 0L)).reversed());
        credit.merge(order.getFirst().name(), -total, Long::sum);
        return order;
    }

    /**
     * Gives the same order for the same key, on every node, so that a thread's calls meet the prompts that a server has cached. The keys are
     * shared out by weight. A server that leaves moves its own keys only.
     */
    static List<UpstreamServer> of(String key, List<UpstreamServer> equal) {
        List<UpstreamServer> order = new ArrayList<>(equal);
        order.sort(Comparator.comparingDouble(server -> distance(key, server)));
        return order;
    }

    /** Exponentially distributed with the weight as its rate: the least of several is each server's with the share of its weight. */
    private static double distance(String key, UpstreamServer server) {
        CRC32C hash = new CRC32C();
        hash.update((server.name() + '\n' + key).getBytes(StandardCharsets.UTF_8));
        double evenly = (mixed(hash.getValue()) >>> 11) * 0x1.0p-53;
        return -Math.log1p(-evenly) / server.plan().weight();
    }

    /** Spreads a checksum's differences over all bits, as SplitMix64 does. */
    private static long mixed(long value) {
        long z = (value + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
