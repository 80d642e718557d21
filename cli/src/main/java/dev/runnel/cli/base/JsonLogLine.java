package dev.runnel.cli.base;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.RequestId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** Log lines as JSON objects, for programs that collect them. Thread-safe. */
public final class JsonLogLine extends Formatter {
    private static final String NO_REQUEST = "none";

    @Override
    public String format(LogRecord line) {
        ObjectNode json = Json.object()
                .put("time", line.getInstant().toString())
                .put("level", line.getLevel().getName())
                .put("logger", line.getLoggerName())
                .put("message", formatMessage(line));
        String request = RequestId.current(); // the handler runs on the thread that logs
        if (!request.equals(NO_REQUEST)) {
            json.put("request_id", request);
        }
        Throwable thrown = line.getThrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            json.put("thrown", trace.toString());
        }
        return new String(Json.write(json), StandardCharsets.UTF_8) + "\n";
    }
}
