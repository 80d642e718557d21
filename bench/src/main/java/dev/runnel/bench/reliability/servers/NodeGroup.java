package dev.runnel.bench.reliability.servers;

import dev.runnel.bench.ServedProcess;
import dev.runnel.client.transport.Transport;
import dev.runnel.testkit.TcpLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Several nodes on one PostgreSQL of this machine, each with a way of its own to the database. For one thread. */
final class NodeGroup implements CrashTarget {
    private static final Pattern PLACE = Pattern.compile("@(?:127\\.0\\.0\\.1|localhost)(?::(\\d+))?/");
    private static final int POSTGRES_PORT = 5432;
    private static final Duration BEYOND_LEASE = Duration.ofSeconds(3);
    private static final Duration CUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PROBE_MILLIS = 2_000;
    private static final long LOOK_MILLIS = 20;

    private final Several several;
    private final Random random;
    private final List<Node> nodes;
    private Node struck;

    private record Node(ServedProcess process, TcpLink database) {}

    private NodeGroup(Several several, Random random, List<Node> nodes) {
        this.several = several;
        this.random = random;
        this.nodes = nodes;
        this.struck = nodes.getFirst();
    }

    static NodeGroup start(
            Several several, Path folder, URI model, List<String> java, List<String> options, Random random)
            throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < several.nodes(); i++) {
            TcpLink link = TcpLink.to(databasePort(several.database()));
            nodes.add(new Node(
                    ServedProcess.runnel(
                            Files.createDirectories(folder.resolve("node" + i)), url(several, link), model, java,
                            options),
                    link));
        }
        return new NodeGroup(several, random, nodes);
    }

    private static int databasePort(String url) {
        Matcher place = place(url);
        return place.group(1) == null ? POSTGRES_PORT : Integer.parseInt(place.group(1));
    }

    private static Matcher place(String url) {
        Matcher place = PLACE.matcher(url);
        if (!place.find()) {
            throw new IllegalArgumentException(
                    "the database must be given as postgresql://user:password@127.0.0.1:port/name");
        }
        return place;
    }

    private static String url(Several several, TcpLink link) {
        String url = place(several.database()).replaceFirst("@127.0.0.1:" + link.port() + "/");
        return url + (url.contains("?") ? "&" : "?") + "lease=" + several.lease().toSeconds();
    }

    @Override
    public List<URI> servers() {
        return nodes.stream().map(node -> node.process().baseUri()).toList();
    }

    @Override
    public String database() {
        return several.database();
    }

    @Override
    public Transport transport() {
        return new RandomNodes(nodes.stream().map(node -> node.process().port()).toList());
    }

    @Override
    public void strike() throws IOException, InterruptedException {
        struck = nodes.get(random.nextInt(nodes.size()));
        switch (several.blow()) {
            case KILL -> struck.process().kill();
            case PAUSE -> struck.process().signal("STOP");
            case SILENCE -> struck.database().silence();
            case CUT -> struck.database().cut();
            case DATABASE -> restartDatabase();
        }
    }

    private void restartDatabase() throws IOException, InterruptedException {
        int status = new ProcessBuilder("sh", "-c", several.restart())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start().waitFor();
        if (status != 0) {
            throw new IOException("the database's restart ended with status " + status);
        }
    }

    @Override
    public void recover() throws IOException, InterruptedException {
        switch (several.blow()) {
            case KILL -> struck.process().restart();
            case PAUSE -> {
                Thread.sleep(several.lease().plus(BEYOND_LEASE));
                struck.process().signal("CONT");
            }
            case SILENCE -> {
                Thread.sleep(several.lease().plus(BEYOND_LEASE));
                struck.database().restore();
            }
            case CUT -> {
                Thread.sleep(CUT);
                struck.database().restore();
            }
            case DATABASE -> {
            }
        }
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Node node : nodes) {
            while (!isReady(node)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("the node at " + node.process().baseUri() + " is not ready");
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    private static boolean isReady(Node node) {
        try {
            HttpURLConnection probe = (HttpURLConnection) node.process().baseUri().resolve("/readyz").toURL()
                    .openConnection();
            probe.setConnectTimeout(PROBE_MILLIS);
            probe.setReadTimeout(PROBE_MILLIS);
            return probe.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            try {
                node.process().signal("CONT"); // a process that is stopped is killed all the same, but those it started may not be
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            node.process().close();
            node.database().close();
        }
    }
}
