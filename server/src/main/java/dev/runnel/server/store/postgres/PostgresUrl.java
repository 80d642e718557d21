package dev.runnel.server.store.postgres;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The database that a URL names: {@code postgresql://user:password@host:port/name?sslmode=require}. There may be several
 * hosts, separated by commas; the one that takes writes is used. After the question mark are settings of PostgreSQL's
 * JDBC driver, and five of our own: {@code passwordfile}, a file whose first line is the password; {@code pool}, how many
 * connections there are for reading, 10 by default; {@code lease}, after how many seconds a node that is silent loses its
 * runs, 15 by default; {@code patience}, for how many seconds runs and their readers wait for a database that is away, 30 by
 * default; {@code notify=false}, for a pooler that has no {@code LISTEN}: then readers on other nodes look
 * once a second. Without a password, that of the environment variable {@code PGPASSWORD} is
 * used. User, password, name and settings may be percent-encoded. The text of this object has no password.
 */
public final class PostgresUrl {
    private static final Pattern URL = Pattern.compile(
            "postgres(?:ql)?://(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^@/?]+)/(?<name>[^?/]+)"
                    + "(?:\\?(?<settings>.*))?");
    private static final Pattern HOST = Pattern
            .compile("(?<host>\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(?::(?<port>\\d{1,5}))?");

    private static final int DEFAULT_PORT = 5432;
    private static final int DEFAULT_POOL = 10;
    private static final int DEFAULT_LEASE = 15;
    private static final int DEFAULT_PATIENCE = 30;
    private static final int CONNECT_SECONDS = 5;

    private final String hosts;
    private final String name;
    private final @Nullable String user;
    private final @Nullable String password;
    private final Map<String, String> settings;
    private final int pool;
    private final Duration lease;
    private final Duration patience;
    private final boolean notifies;

    private PostgresUrl(Matcher url) {
        this.hosts = url.group("hosts");
        this.name = decoded(url.group("name"));
        this.user = url.group("user") == null ? null : decoded(url.group("user"));
        this.settings = settings(url.group("settings"));
        String file = settings.remove("passwordfile");
        this.password = url.group("password") != null
                ? decoded(url.group("password"))
                : file != null ? firstLine(Path.of(file)) : System.getenv("PGPASSWORD");
        this.pool = number("pool", settings.remove("pool"), DEFAULT_POOL);
        this.lease = Duration.ofSeconds(number("lease", settings.remove("lease"), DEFAULT_LEASE));
        this.patience = Duration.ofSeconds(number("patience", settings.remove("patience"), DEFAULT_PATIENCE));
        this.notifies = !"false".equals(settings.remove("notify"));
        source(Duration.ZERO); // refuses what the driver does not know
    }

    /**
     * The database that a URL names; empty if it names another kind of database.
     *
     * @throws IllegalArgumentException if the URL is not well-formed, has an unknown setting, or names a file for the
     *     password that cannot be read
     */
    public static Optional<PostgresUrl> of(String url) {
        if (!url.startsWith("postgresql:") && !url.startsWith("postgres:")) {
            return Optional.empty();
        }
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the database must be given as postgresql://user:password@host:port/name, with special characters"
                            + " of user and password percent-encoded");
        }
        return Optional.of(new PostgresUrl(matcher));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Map<String, String> settings(@Nullable String text) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (text != null && !text.isEmpty()) {
            for (String pair : text.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("the database's URL has a setting without a value;"
                            + " write NAME=VALUE, with & between them");
                }
                settings.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return settings;
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new IllegalArgumentException("the database's password cannot be read from " + file + ": " + e, e);
        }
    }

    private static int number(String setting, @Nullable String text, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException(
                    "the setting " + setting + " of the database's URL must be a number from 1 to 9999, not '" + text
                            + "'");
        }
        return Integer.parseInt(text);
    }

    /** How many connections there are for reading. */
    int pool() {
        return pool;
    }

    /** How long a lease lasts that is not renewed. */
    public Duration lease() {
        return lease;
    }

    /** How long runs under way, and those who read them, wait for a database that is away. */
    Duration patience() {
        return patience;
    }

    /** Whether nodes tell each other about changes by {@code NOTIFY}. */
    public boolean notifies() {
        return notifies;
    }

    /** The name for an operator: hosts and database, without user and password. */
    public String place() {
        return "postgresql://" + hosts + "/" + name;
    }

    /**
     * Connections to the database.
     *
     * @param patience how long to wait for an answer at most; zero for without end
     */
    PGSimpleDataSource source(Duration patience) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        List<String> names = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (String each : hosts.split(",", -1)) {
            Matcher host = HOST.matcher(each);
            if (!host.matches()) {
                throw new IllegalArgumentException("the database's URL has an unknown host or port: '"
                        + each.replaceFirst(":.*", ":…") + "'; write user:password@host:port");
            }
            names.add(host.group("host"));
            ports.add(host.group("port") == null ? DEFAULT_PORT : Integer.parseInt(host.group("port")));
        }
        source.setServerNames(names.toArray(String[]::new));
        source.setPortNumbers(ports.stream().mapToInt(Integer::intValue).toArray());
        source.setDatabaseName(name);
        source.setUser(user);
        source.setPassword(password);
        source.setApplicationName("runnel");
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS * names.size()); // a host may take the connection and then say nothing
        source.setSocketTimeout((int) patience.toSeconds());
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        try {
            if (names.size() > 1) {
                source.setTargetServerType("primary");
            }
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                source.setProperty(setting.getKey(), setting.getValue());
            }
        } catch (SQLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the database's URL has a setting that is not known, or a wrong value: "
                    + settings.keySet().stream().sorted().collect(Collectors.joining(", ")), e);
        }
        return source;
    }

    @Override
    public String toString() {
        return place();
    }
}
