package dev.runnel.server.base;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The API keys that a server accepts, each with its project. Only the SHA-256 of each key is kept. A slow hash, as for
 * passwords, would only slow down each request: keys are made by a machine and are too long to guess. Immutable,
 * thread-safe.
 */
public final class ApiKeys {
    /** The longest name of a project. */
    public static final int MAX_PROJECT = 64;

    /** The names of projects. */
    public static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    /** No keys. */
    public static final ApiKeys NONE = new ApiKeys(List.of());

    private static final System.Logger LOG = System.getLogger(ApiKeys.class.getName());

    private static final int MIN_LENGTH = 16;
    private static final int MAX_LENGTH = 512;
    private static final int MAX_FILE = 1024 * 1024;
    private static final int SHOWN_FIRST = 8;
    private static final int SHOWN_LAST = 4;

    /** The characters of a bearer token (RFC 6750 §2.1): {@code =} stands only at its end. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

    private final List<Entry> entries;

    private ApiKeys(List<Entry> entries) {
        this.entries = entries;
    }

    /** A key, known by its hash. */
    @SuppressWarnings("ArrayRecordComponent") // compared in constant time only
    private record Entry(String place, byte[] hash, Project project) {}

    /** A key as it was given, and where it was given: messages name the place, never the key. */
    private record Given(String place, String text) {}

    /**
     * Reads keys. Each is {@code PROJECT=KEY}, or {@code KEY} for the project {@code default}. A key has 16 to 512
     * letters, digits and {@code - . _ ~ + /}, and may end in {@code =} signs. A project's name has up to 64 lower-case
     * letters, digits, {@code -} and {@code _}. An {@code =} with other characters after it therefore ends a project's
     * name.
     *
     * @param sources each a list of keys, separated by commas or white space, or {@code @} and the path of a file of at
     *     most 1 MiB with one key a line, where {@code #} begins a comment
     * @throws IllegalArgumentException if a file cannot be read, if a key is malformed, if a key comes twice, or if
     *     there is no key
     */
    public static ApiKeys of(List<String> sources) {
        List<Entry> entries = new ArrayList<>();
        for (Given given : given(sources)) {
            Entry entry = entry(given);
            for (Entry other : entries) {
                if (MessageDigest.isEqual(entry.hash, other.hash)) {
                    throw new IllegalArgumentException(entry.place + " is the same as " + other.place);
                }
            }
            entries.add(entry);
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("the list of API keys is empty");
        }
        return new ApiKeys(List.copyOf(entries));
    }

    /**
     * As {@link #of}, for keys that belong to no project.
     *
     * @throws IllegalArgumentException also if one names a project
     */
    public static ApiKeys withoutProject(List<String> sources) {
        ApiKeys keys = of(sources);
        if (!keys.projects().equals(List.of(Project.DEFAULT))) {
            throw new IllegalArgumentException("no project's name may stand before this key; write the key alone");
        }
        return keys;
    }

    /**
     * As {@link #withoutProject}, for keys that all belong to one project.
     *
     * @throws IllegalArgumentException also if one names a project
     */
    public static ApiKeys ofProject(Project project, List<String> sources) {
        return new ApiKeys(withoutProject(sources).entries.stream()
                .map(entry -> new Entry(entry.place, entry.hash, project)).toList());
    }

    private static List<Given> given(List<String> sources) {
        List<Given> found = new ArrayList<>();
        int listed = 0;
        for (String source : sources) {
            if (source.strip().startsWith("@")) {
                found.addAll(inFile(source.strip().substring(1)));
            } else {
                for (String text : words(source)) {
                    found.add(new Given("API key " + ++listed, text));
                }
            }
        }
        return found;
    }

    private static List<Given> inFile(String file) {
        List<Given> found = new ArrayList<>();
        int number = 0;
        for (String line : content(file).lines().toList()) {
            number++;
            int comment = line.indexOf('#');
            for (String text : words(comment < 0 ? line : line.substring(0, comment))) {
                found.add(new Given("the API key in line " + number + " of " + file, text));
            }
        }
        return found;
    }

    private static String content(String file) {
        warnIfOthersMayRead(file);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new IllegalArgumentException("the file of API keys " + file + " is larger than 1 MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IllegalArgumentException("there is no file of API keys at '" + file + "'", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of API keys " + file + " cannot be read: " + e.getMessage(),
                    e);
        }
    }

    private static void warnIfOthersMayRead(String file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(Path.of(file));
            if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
                LOG.log(Level.WARNING,
                        "every user of this machine can read the API keys in {0} ({1}). To protect them: chmod 600 {0}",
                        file, PosixFilePermissions.toString(permissions));
            }
        } catch (IOException | InvalidPathException | UnsupportedOperationException _) {
            // Either the next read fails too and reports why, or the file system knows no permissions.
        }
    }

    private static List<String> words(String text) {
        return SEPARATOR.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }

    private static Entry entry(Given given) {
        String text = given.text;
        int equals = text.indexOf('=');
        boolean named = equals >= 0 && !text.substring(equals).chars().allMatch(c -> c == '=');
        String project = named ? text.substring(0, equals) : Project.DEFAULT.name();
        String key = named ? text.substring(equals + 1) : text;
        if (!PROJECT.matcher(project).matches()) {
            throw new IllegalArgumentException(given.place + " has a wrong project name before its '=':"
                    + " lower-case letters, digits, '-' and '_' are allowed, at most 64");
        }
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(given.place + " has characters that are not allowed:"
                    + " a key has letters, digits and '-._~+/', and '=' at its end only");
        }
        if (key.length() < MIN_LENGTH || key.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(given.place + " has " + key.length() + " characters; a key has "
                    + MIN_LENGTH + " to " + MAX_LENGTH + ", as 'openssl rand -hex 24' makes one");
        }
        return new Entry(given.place, sha256(key), new Project(project));
    }

    /** The SHA-256 of a key in hexadecimal digits: all that is kept of a key. */
    public static String hash(String key) {
        return HexFormat.of().formatHex(sha256(key));
    }

    /**
     * A key with its middle hidden, because messages end up in logs. The rest is enough for callers to tell their keys
     * apart.
     */
    public static String masked(String key) {
        return key.length() < 2 * (SHOWN_FIRST + SHOWN_LAST)
                ? "***"
                : key.substring(0, SHOWN_FIRST) + "***" + key.substring(key.length() - SHOWN_LAST);
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The project of a key; empty if the key is unknown. Takes the same time either way. */
    public Optional<Project> project(String key) {
        byte[] hash = sha256(key);
        Optional<Project> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, hash)) {
                found = Optional.of(entry.project);
            }
        }
        return found;
    }

    /** These keys and others. */
    public ApiKeys and(ApiKeys others) {
        List<Entry> all = new ArrayList<>(entries);
        all.addAll(others.entries);
        return new ApiKeys(List.copyOf(all));
    }

    /** Whether a key is among these and among others. */
    public boolean shares(ApiKeys others) {
        return entries.stream().anyMatch(
                entry -> others.entries.stream().anyMatch(other -> MessageDigest.isEqual(entry.hash, other.hash)));
    }

    /** Whether there are no keys. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The number of keys. */
    public int size() {
        return entries.size();
    }

    /** The projects that have keys, sorted by name. */
    public List<Project> projects() {
        return entries.stream().map(Entry::project).distinct()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }
}
