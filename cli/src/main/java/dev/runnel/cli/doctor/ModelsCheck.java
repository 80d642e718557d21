package dev.runnel.cli.doctor;

import dev.runnel.cli.servers.HttpProbe;
import dev.runnel.client.transport.ProxyException;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.ModelLists;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks whether a server speaks the protocol and accepts the key, and which models it lists. */
final class ModelsCheck {
    private static final int PROXY_AUTHENTICATION = 407;

    private final Subject subject;
    private final Report report;

    ModelsCheck(Subject subject, Report report) {
        this.subject = subject;
        this.report = report;
    }

    /**
     * The names it lists, or none if it has no such list.
     *
     * @param named whether a model was named, so that no list is needed to go on
     * @return null if further checks make no sense
     */
    @Nullable
    List<String> read(boolean named) {
        String url = subject.url() + "/models";
        long start = System.nanoTime();
        try (HttpProbe probe = new HttpProbe(url, subject.key())) {
            HttpProbe.Answer answer = probe.get(url);
            Optional<List<ModelInfo>> listed = ModelLists.read(answer.json());
            if (answer.status() == 200 && listed.isPresent()) {
                List<String> names = listed.get().stream().map(ModelInfo::id).toList();
                report.add(Finding.fine("api", "GET /models lists " + names.size()
                        + (names.size() == 1 ? " model" : " models") + Report.since(start)));
                return names;
            }
            Finding finding = judged(answer, probe, named);
            report.add(finding);
            return finding.verdict() == Finding.Verdict.NONE ? List.of() : null;
        } catch (IOException | IllegalArgumentException e) {
            report.add(unanswered(e));
            return null;
        }
    }

    private Finding unanswered(Exception e) {
        if (e instanceof ProxyException proxy) {
            return proxy.status() == PROXY_AUTHENTICATION ? wantsPassword(proxy.getMessage())
                    : Finding.wrong("proxy", String.valueOf(proxy.getMessage()),
                            "check the proxy's address, or name this host in NO_PROXY");
        }
        URI url = URI.create(subject.url());
        int port = url.getPort() < 0 ? 80 : url.getPort();
        if ("http".equals(url.getScheme()) && TlsCheck.isSpokenAt(String.valueOf(url.getHost()), port)) {
            return Finding.wrong("api", "the port speaks TLS", "write https:// instead of http:// in the URL");
        }
        return Finding.wrong("api", "no answer in HTTP: " + (e.getMessage() == null ? e.toString() : e.getMessage()),
                "another program than a " + subject.kind().words + " listens there, or the server is overloaded");
    }

    private Finding judged(HttpProbe.Answer answer, HttpProbe probe, boolean named) {
        int status = answer.status();
        if (status == PROXY_AUTHENTICATION) {
            return wantsPassword("407: the proxy asks for a user name and a password");
        } else if (status == 401) {
            return refused(subject);
        } else if (status == 403) {
            return Finding.wrong("api", "403, not allowed: " + message(answer),
                    "the key, its project or this network may not use it");
        } else if (status == 429) {
            return Finding.wrong("api", "429, too many requests: " + message(answer),
                    "wait, or look at the account's quota");
        } else if (status >= 500) {
            return Finding.wrong("api", "the server fails with " + status + ": " + message(answer),
                    "look at its log, or that of the proxy before it");
        } else if (status == 404 && hasModels(probe, subject.url() + "/v1/models")) {
            return Finding.wrong("api", "there is no API at this URL, but there is one at /v1",
                    "add /v1: " + subject.url() + "/v1");
        } else if ((status == 404 || status == 405) && named) {
            return Finding.none("api", "it has no list of models (" + status + ")");
        }
        return Finding.wrong("api", "it answers, but not like a server of this protocol: " + status + ", "
                + answer.quoted(), "check host, port and path of the URL; it usually ends in /v1");
    }

    private static Finding wantsPassword(@Nullable String seen) {
        return Finding.wrong("proxy", String.valueOf(seen),
                "write them into the variable: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT (percent-encoded)");
    }

    /** The key is missing or not accepted. The server's own message is left out, because it often quotes the key. */
    static Finding refused(Subject subject) {
        return subject.key() == null
                ? Finding.wrong("accepted", "401: the server needs a key", "set " + subject.keyFrom())
                : Finding.wrong("accepted", "401: the server does not accept the key, " + Report.ending(subject.key()),
                        "set " + subject.keyFrom()
                                + " to a key of this server; this one is mistyped, revoked or of another server");
    }

    private static String message(HttpProbe.Answer answer) {
        return ApiError.fromJson(answer.json()).map(ApiError::message).orElse(answer.quoted());
    }

    private static boolean hasModels(HttpProbe probe, String url) {
        try {
            HttpProbe.Answer answer = probe.get(url);
            return answer.status() == 401 || ModelLists.read(answer.json()).isPresent();
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
