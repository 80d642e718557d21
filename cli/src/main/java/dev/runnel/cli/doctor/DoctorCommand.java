package dev.runnel.cli.doctor;

import dev.runnel.cli.base.Environment;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.base.Version;
import dev.runnel.cli.servers.AnswerSource;
import dev.runnel.cli.servers.HttpProbe;
import dev.runnel.cli.servers.ModelChoice;
import dev.runnel.cli.servers.ModelSource;
import dev.runnel.cli.servers.Proxies;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.servers.Target;
import dev.runnel.client.RunnelClient;
import dev.runnel.demo.DemoModel;
import dev.runnel.server.base.Nearest;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel doctor}: finds out why a server does not work. */
@Command(name = "doctor", mixinStandardHelpOptions = true, description = "Finds out why a server or a model server does not work, and says what to do. It looks at the server that options or the environment name, or else at the one that commands start for themselves. Exit code 0 if nothing is wrong, 1 if something is.", footer = {
    "  runnel doctor --server http://127.0.0.1:8080/v1",
    "  RUNNEL_MODEL_KEY=… runnel doctor --model-url https://models.example.com/v1 --model qwen3",
    "  runnel doctor --json | jq -r 'select(.verdict == \"wrong\") | .advice'"})
public final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int NEAR = 3;

    @Option(names = "--json", description = "Print each finding as a JSON object on a line.")
    boolean json;

    @Mixin
    AnswerSource source = new AnswerSource();

    @Override
    public Integer call() throws InterruptedException {
        if (source.server.values().typed(ServerOption.URL)
                && source.modelSource.values().typed(ModelSource.URL)) {
            throw new MisusedException("--server and --model-url name two servers: check one at a time");
        }
        Subject subject = Subject.of(source.server, source.modelSource);
        URI url = subject.kind() == Subject.Kind.EMBEDDED ? null : uri(subject.url());
        Report report = new Report(json, subject.key());
        report.add(Finding.fine("java", "Java " + Runtime.version() + ", runnel " + Version.number()));
        if (url == null) {
            embedded(subject, report);
        } else {
            named(subject, url, report);
        }
        report.sumUp();
        return report.wrong() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    /** This needs the temporary data, the database, the port and the built-in model. */
    private void embedded(Subject subject, Report report) {
        report.add(Finding.none("server", "none is named, and no model server: checking one that runnel starts itself",
                "to check another, pass --server URL or --model-url URL"));
        try (Target target = Target.embedded(new DemoModel(), null)) {
            answering(subject, report, target.client(), List.of(DemoModel.NAME));
        }
    }

    private void named(Subject subject, URI url, Report report)
            throws InterruptedException {
        report.add(Finding.fine("server", "the " + subject.kind().words + " at " + shown(url)));
        report.add(KeyCheck.of(subject, Environment.get(ModelSource.SDK_KEY)));
        if (!new NetworkChecks(url, report).reachable()) {
            return;
        }
        List<String> models = new ModelsCheck(subject, report).read(source.modelOrNull() != null);
        if (models == null) {
            return;
        }
        try (RunnelClient client = RunnelClient.builder().baseUrl(subject.url()).apiKey(subject.key())
                .proxy(Proxies.of(subject.url())).maxRetries(0)
                .responseTimeout(PATIENCE).idleTimeout(PATIENCE).build()) {
            answering(subject, report, client, models);
        }
        if (subject.kind() == Subject.Kind.SERVER) {
            report.add(version(url));
        }
    }

    private void answering(Subject subject, Report report, RunnelClient client, List<String> models) {
        String asked = source.modelOrNull();
        String model = asked != null ? asked : ModelChoice.of(models);
        if (model == null) {
            report.add(Finding.wrong("model", "the server lists no model",
                    "load one, or name one that it knows: --model NAME"));
            return;
        }
        StreamingCheck check = new StreamingCheck(client, subject, model);
        Finding streaming = check.run();
        report.add(modelFinding(asked, model, models, check.answered()));
        report.add(streaming);
        if (subject.kind() == Subject.Kind.MODELS) {
            report.add(Finding.none("assistants",
                    "a model server has no assistants; 'runnel serve --model-url URL' adds them"));
        } else if (check.answered() || models.contains(model)) {
            new RunsCheck(client, model, report).run();
            new ResponsesCheck(client, model, report).run();
        }
    }

    private static Finding modelFinding(@Nullable String asked, String model, List<String> models, boolean answers) {
        if (asked == null) {
            return Finding.fine("model", "asked " + model + ", because none was named");
        } else if (models.contains(model)) {
            return Finding.fine("model", model + " is listed");
        } else if (answers || models.isEmpty()) {
            return Finding.none("model", model + " is not listed" + (answers ? ", and answers" : ""));
        }
        return Finding.wrong("model", "the server does not list " + model,
                "name a model that it lists; similar names: " + String.join(", ", Nearest.of(model, models, NEAR)));
    }

    /** A server of another version may lack features that this command needs. */
    private static Finding version(URI url) {
        String own = Version.number();
        try (HttpProbe probe = new HttpProbe(url.toString(), null)) {
            HttpProbe.Answer answer = probe.get(url.resolve("/openapi.json").toString());
            if (!answer.json().get("info").get("title").text().equals("Runnel")) {
                return Finding.none("version", "it does not say that it is Runnel");
            }
            String theirs = answer.json().get("info").get("version").text();
            if (release(own).isEmpty() || release(theirs).isEmpty()) {
                return Finding.none("version", "the server is Runnel " + theirs + ", this command " + own);
            }
            return release(theirs).equals(release(own))
                    ? Finding.fine("version", "the server is Runnel " + theirs)
                    : Finding.wrong("version", "the server is Runnel " + theirs + ", this command " + own,
                            "update both to the newer version");
        } catch (IOException e) {
            return Finding.none("version", "unknown: " + e.getMessage());
        }
    }

    /** The part of a version that must be equal: its first two numbers; empty if it is no release. */
    private static String release(String version) {
        return version.matches("\\d+\\.\\d+.*") ? version.replaceAll("^(\\d+\\.\\d+).*", "$1") : "";
    }

    private URI uri(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new MisusedException(
                "'" + url + "' is not a server's URL; one looks like http://127.0.0.1:8080/v1");
    }

    /** Without a user's name and password, should somebody have put them there. */
    private static String shown(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()) + url.getPath();
    }
}
