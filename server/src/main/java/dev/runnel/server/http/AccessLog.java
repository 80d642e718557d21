package dev.runnel.server.http;

import dev.runnel.server.base.Project;
import dev.runnel.server.edge.HttpRequest;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** One line of the log for each request, at its end: no key, no query, no content. Thread-safe. */
final class AccessLog {
    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());

    /** The longest part of a path that is logged. */
    private static final int LONGEST = 300;

    private final boolean on;

    AccessLog(boolean on) {
        this.on = on;
    }

    /**
     * A request was answered, or its client has gone.
     *
     * @param id the request's
     * @param status of the answer
     */
    void line(String id, HttpRequest request, Project project, int status, Duration took) {
        if (on) {
            String path = request.path();
            LOG.log(Level.INFO, "{0} {1} {2} {3} {4} {5} ms", id, project.name(), request.method(),
                    path.length() <= LONGEST ? path : path.substring(0, LONGEST) + "…",
                    Integer.toString(status), Long.toString(took.toMillis()));
        }
    }
}
