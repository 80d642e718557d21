package dev.runnel.server.base;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;

/** Computes how many connections the process's limit of open files leaves room for. */
public final class Descriptors {
    private static final System.Logger LOG = System.getLogger(Descriptors.class.getName());

    /** The open files kept for the database, uploaded files and libraries. */
    private static final long RESERVED = 64;

    /** Below this number of connections, a warning tells how to raise the limit. */
    private static final int FEW = 1_000;

    private static final int LEAST = 8;
    private static final int MOST = 100_000;

    private Descriptors() {}

    /**
     * The number of connections that clients may have. Each of them may need a second one, to a model server. Logs a
     * warning if the number is small.
     */
    public static int connections() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return MOST;
        }
        long files = system.getMaxFileDescriptorCount();
        if (files <= 0) { // no limit
            return MOST;
        }
        long free = files - system.getOpenFileDescriptorCount();
        int connections = Math.clamp((free - Math.min(RESERVED, free / 4)) / 2, LEAST, MOST);
        if (connections < FEW) {
            LOG.log(Level.WARNING,
                    "the limit of {0} open files leaves room for only {1} connections. To allow more, raise"
                            + " the limit (ulimit -n, or LimitNOFILE of a systemd unit)",
                    Long.toString(files), Integer.toString(connections));
        }
        return connections;
    }
}
