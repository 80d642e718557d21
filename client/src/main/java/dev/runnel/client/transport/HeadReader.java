package dev.runnel.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Reads a response's head (RFC 9112, sections 4 and 5), tolerant of lone line feeds, empty lines before it, folded lines and blanks
 * around a header's name. Interim responses (1xx) are skipped.
 */
final class HeadReader {
    /** For the status line and the headers of one head together. */
    private static final int MAX_BYTES = 64 * 1024;

    private static final int QUOTED_CHARACTERS = 80;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int MAX_INTERIM = 32;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9]{2})(?: .*)?");

    private final Connection connection;
    private final Duration timeout;
    private final Deadline ofHead;
    private final Deadline ofExchange;
    private int bytes;

    /** @param timeout for the whole head */
    HeadReader(Connection connection, Duration timeout, Deadline ofExchange) {
        this.connection = connection;
        this.timeout = timeout;
        this.ofHead = Deadline.in(timeout);
        this.ofExchange = ofExchange;
    }

    /**
     * The final response's head.
     *
     * @throws SocketTimeoutException if it does not arrive in time
     * @throws IOException if the bytes are not HTTP, are cut off, or are too many
     */
    ResponseHead read() throws IOException {
        for (int interim = 0; interim <= MAX_INTERIM; interim++) {
            bytes = 0;
            Matcher status = statusLine();
            Map<String, List<String>> headers = headers();
            int code = Integer.parseInt(status.group(2));
            if (code == SWITCHING_PROTOCOLS) {
                throw new IOException("the server wants another protocol than HTTP/1.1");
            }
            if (code >= 200) {
                return new ResponseHead(code, !status.group(1).equals("0"), headers);
            }
        }
        throw new IOException("the server sends interim responses without end");
    }

    private Matcher statusLine() throws IOException {
        String line;
        do {
            line = line();
        } while (line.isEmpty());
        Matcher matcher = STATUS_LINE.matcher(line);
        if (!matcher.matches()) {
            String quoted = line.substring(0, Math.min(line.length(), QUOTED_CHARACTERS)).replaceAll("[^ -~]", "?");
            throw new IOException("the server's answer is not HTTP/1.1; it begins with: " + quoted);
        }
        return matcher;
    }

    private Map<String, List<String>> headers() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (folded && !lines.isEmpty()) {
                int last = lines.size() - 1;
                lines.set(last, lines.get(last) + " " + line.strip());
            } else {
                lines.add(line);
            }
        }
        Map<String, List<String>> headers = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("the server sent a header without a name");
            }
            headers.computeIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    /** A line without its end. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (byte b = next(); b != '\n'; b = next()) {
            line.write(b);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private byte next() throws IOException {
        if (!connection.hasReceived()) {
            receive();
        }
        if (++bytes > MAX_BYTES) {
            throw new IOException("the response's headers are larger than 64 KiB");
        }
        return connection.takeByte();
    }

    private void receive() throws IOException {
        boolean received;
        try {
            connection.readTimeout(ofExchange.cut(ofHead.cut(timeout)));
            received = connection.receive();
        } catch (SocketTimeoutException e) {
            throw ofExchange.late("no response within " + timeout.toMillis() + " ms");
        }
        if (!received) {
            throw new IOException(bytes == 0
                    ? "the server closed the connection without a response"
                    : "the server closed the connection in the middle of the response's headers");
        }
    }
}
