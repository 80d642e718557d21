package dev.runnel.server;

import dev.runnel.client.ApiException;
import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.ChatStream;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples of {@code docs/client.md} about the network and about failures. */
class ClientPageNetworkTest extends ClientPageExamples {
    @Test
    void theNetworkIsConfigured() throws IOException, GeneralSecurityException {
        Path authority = Files.writeString(folder.resolve("authority.pem"), anAuthority());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        char[] password = {};
        keys.load(null, password);
        // page
        RunnelClient inside = RunnelClient.builder()
                .baseUrl("https://models.example/v1")
                .proxy(ProxySettings.fromEnvironment()) // or ProxySettings.of("http://proxy.example:3128")
                .tls(TlsSettings.trusting(authority).withClientCertificate(keys, password))
                .header("X-Team", "search")
                .build();
        // end
        inside.close();
        assertThat(authority).isNotEmptyFile();
    }

    /** A certificate that Java trusts. */
    private static String anAuthority() throws GeneralSecurityException {
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init((KeyStore) null);
        X509TrustManager manager = (X509TrustManager) trusted.getTrustManagers()[0];
        byte[] certificate = manager.getAcceptedIssuers()[0].getEncoded();
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void failuresAreTyped() {
        ChatRequest question = hi();
        server.models().enqueue(Script.reply("Hel").reset());
        String baseUrl = server.baseUrl();
        // page
        RunnelClient careful = RunnelClient.builder()
                .baseUrl(baseUrl)
                .connectTimeout(Duration.ofSeconds(2)) // 10 seconds by default
                .responseTimeout(Duration.ofSeconds(30)) // until the headers; 10 minutes
                .idleTimeout(Duration.ofSeconds(20)) // without any data; 1 minute
                .totalTimeout(Duration.ofMinutes(5)) // for a whole request; none
                .maxRetries(4) // 2
                .idempotencyKeys(true) // for a server that knows them: requests that create are tried again, too
                .build();
        try (ChatStream stream = careful.chat().stream(question)) {
            stream.forEach(chunk -> System.out.print(chunk.text()));
        } catch (ApiException e) { // the server answered with an error, at once or inside the stream
            System.out.println(e.status() + " " + e.error().code() + " " + e.requestId());
        } catch (ConnectionException e) { // no response
            System.out.println(e.getMessage());
        } catch (BrokenStreamException e) { // it ended too early; you have read everything before
            System.out.println(e.events() + " events, " + e.position());
        }
        // end
        careful.close();
        assertThat(printed()).startsWith("Hel").hasLineCount(1);
    }
}
