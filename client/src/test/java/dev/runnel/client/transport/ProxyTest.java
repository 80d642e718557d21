package dev.runnel.client.transport;

import dev.runnel.client.ApiException;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.transport.TestKeys.UNKNOWN_HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The client behind a proxy. */
@Timeout(180)
class ProxyTest {
    private static final ChatRequest HI = ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build();
    private static final SSLContext KEYS = TestKeys.contextOf(TestKeys.generated());
    private static final String JSON = """
            {"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}""";
    private static final String REPLY = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + JSON.length() + "\r\n\r\n" + JSON;

    /** "me:pass:word" and "ü:%/@ " in Base64. */
    private static final String ME = "Basic bWU6cGFzczp3b3Jk";
    private static final String ODD = "Basic w7w6JS9AIA==";

    private final ScriptedModelServer server = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private RunnelClient client(ProxySettings proxy) {
        return RunnelClient.builder().baseUrl(server.baseUri().toString()).apiKey("sk-test").proxy(proxy).build();
    }

    private static String say(RunnelClient client) {
        try (client) {
            return client.chat().create(HI).text();
        }
    }

    @Test
    void anHttpRequestIsSentToItWhole() throws IOException {
        server.enqueue(Script.chat("Hello"), Script.chat("Hello"));
        try (TestProxy proxy = new TestProxy(ME)) {
            assertThat(say(client(ProxySettings.of(proxy.url()).withCredentials("me", "pass:word"))))
                    .isEqualTo("Hello");
            assertThat(proxy.heads()).singleElement().asString()
                    .startsWith("POST " + server.baseUri() + "/chat/completions HTTP/1.1\r\nHost: "
                            + server.baseUri().getAuthority() + "\r\n");
            assertThat(say(client(ProxySettings.of(proxy.url().replace("//", "//me:pass%3Aword@")))))
                    .isEqualTo("Hello");
        }
    }

    @Test
    void theCredentialsMayHaveAnyCharacters() throws IOException {
        server.enqueue(Script.chat("Hello"));
        try (TestProxy proxy = new TestProxy(ODD)) {
            assertThat(say(client(ProxySettings.of(proxy.url().replace("//", "//%C3%BC:%25%2F%40%20@")))))
                    .isEqualTo("Hello");
        }
        assertThatThrownBy(() -> ProxySettings.of("proxy:1").withCredentials("a:b", "c"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anHttpsRequestGoesThroughATunnelToAHostThatOnlyTheProxyKnows() throws IOException {
        try (TestProxy proxy = new TestProxy(ME);
                Peer peer = Peer.of(KEYS.getServerSocketFactory(), "https", InetAddress.getLoopbackAddress(), line -> {
                    for (int i = 0; i < 2; i++) {
                        assertThat(line.request()).startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
                                .doesNotContain("Proxy-");
                        line.send(REPLY);
                    }
                });
                RunnelClient client = RunnelClient.builder()
                        .baseUrl("https://" + UNKNOWN_HOST + ":" + peer.port() + "/v1")
                        .proxy(ProxySettings.of(proxy.url()).withCredentials("me", "pass:word"))
                        .tls(TlsSettings.of(KEYS)).build()) {
            assertThat(client.chat().create(HI).text()).isEqualTo("Hello");
            assertThat(client.chat().create(HI).text()).as("by the same tunnel").isEqualTo("Hello");
            assertThat(proxy.heads()).singleElement().asString()
                    .startsWith("CONNECT " + UNKNOWN_HOST + ":" + peer.port() + " HTTP/1.1\r\n");
        }
    }

    @Test
    void anErrorNamesTheProxyAndSaysIfItWantsAPassword() throws IOException {
        try (TestProxy proxy = new TestProxy(ME)) {
            String asks = "the proxy " + proxy.authority() + " asks for a user name and a password (407)";
            assertThat(failure(server.baseUri().toString(), ProxySettings.of(proxy.url())))
                    .hasMessageContaining("through the proxy " + proxy.authority()).hasMessageEndingWith(asks)
                    .satisfies(e -> assertThat(e.isRetrySafe()).isFalse());
            assertThat(failure("https://" + UNKNOWN_HOST + "/v1", ProxySettings.of(proxy.url())))
                    .hasMessageEndingWith(asks);
            assertThat(
                    failure("https://" + UNKNOWN_HOST + "/v1", ProxySettings.of(proxy.url()).withCredentials("a", "b")))
                    .hasMessageEndingWith("does not accept the user name and the password (407)")
                    .cause().isInstanceOfSatisfying(ProxyException.class, e -> assertThat(e.status()).isEqualTo(407));
            assertThat(proxy.heads()).as("none is tried again").hasSize(3);
        }
    }

    @Test
    void anErrorNamesTheProxyThatIsNotThereOrDoesNotReachTheServer() throws IOException {
        int free = freePort();
        assertThat(failure("https://api.example/v1", ProxySettings.of("127.0.0.1:" + free))).hasMessage(
                "no response from https://api.example/v1/chat/completions through the proxy 127.0.0.1:" + free
                        + ": the proxy 127.0.0.1:" + free
                        + " cannot be reached: connection refused, nothing listens there");
        assertThat(failure("https://api.example/v1", ProxySettings.of("http://proxy.invalid:3128")))
                .hasMessageEndingWith("the proxy proxy.invalid:3128 cannot be reached: the host name is not known");
        try (TestProxy proxy = new TestProxy(null)) {
            assertThat(failure("https://api.example:" + free + "/v1", ProxySettings.of(proxy.url())))
                    .hasMessageEndingWith("the proxy " + proxy.authority() + " does not connect to api.example:" + free
                            + ": it answers 502");
        }
    }

    @Test
    void aPageInsteadOfJsonMayBeTheProxys() throws IOException {
        server.answer(
                request -> Script.plain().status(503).header("content-type", "text/html").raw("<html>busy</html>"));
        try (TestProxy proxy = new TestProxy(null);
                RunnelClient client = RunnelClient.builder().baseUrl(server.baseUri().toString())
                        .proxy(ProxySettings.of(proxy.url())).maxRetries(0).build()) {
            assertThatThrownBy(() -> client.chat().create(HI)).isInstanceOf(ApiException.class)
                    .hasMessageEndingWith("(the proxy may have sent this answer: " + proxy.authority() + ")");
        }
    }

    @Test
    void aProxyThatSaysNothingIsNotWaitedForLong() throws IOException {
        try (ServerSocket mute = new ServerSocket(0);
                RunnelClient client = RunnelClient.builder().baseUrl("https://api.example/v1")
                        .proxy(ProxySettings.of("127.0.0.1:" + mute.getLocalPort()))
                        .connectTimeout(Duration.ofMillis(100)).maxRetries(0).build()) {
            assertThatThrownBy(() -> client.chat().create(HI)).isInstanceOf(ConnectionException.class)
                    .hasMessageContaining(
                            "the proxy 127.0.0.1:" + mute.getLocalPort() + " cannot be reached: no response");
        }
    }

    @Test
    void whatJavaIsToldIsHonouredUnlessTheBuilderSaysElse() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        server.enqueue(Script.chat("Hello"), Script.chat("Hello"));
        try (TestProxy proxy = new TestProxy(null)) {
            ProxySelector.setDefault(ProxySelector.of(
                    InetSocketAddress.createUnresolved("127.0.0.1", URI.create(proxy.url()).getPort())));
            assertThat(say(RunnelClient.builder().baseUrl(server.baseUri().toString()).build())).isEqualTo("Hello");
            assertThat(proxy.heads()).hasSize(1);
            assertThat(say(client(ProxySettings.NONE))).isEqualTo("Hello");
            assertThat(proxy.heads()).hasSize(1);
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void aTransportHasItsOwnProxy() {
        assertThatThrownBy(
                () -> RunnelClient.builder().transport(new SocketTransport()).proxy(ProxySettings.NONE).build())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aJdkTransportGoesThroughTheProxyOfItsHttpClient() throws IOException {
        server.enqueue(Script.chat("Hello"));
        try (TestProxy proxy = new TestProxy(null);
                HttpClient http = HttpClient.newBuilder()
                        .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                                URI.create(proxy.url()).getPort())))
                        .build()) {
            assertThat(say(RunnelClient.builder().baseUrl(server.baseUri().toString())
                    .transport(new JdkTransport(http)).build())).isEqualTo("Hello");
            assertThat(proxy.heads()).hasSize(1);
        }
    }

    private static ConnectionException failure(String baseUrl, ProxySettings proxy) {
        try (RunnelClient client = RunnelClient.builder().baseUrl(baseUrl).proxy(proxy).maxRetries(1).build()) {
            ConnectionException failure = catchThrowableOfType(
                    ConnectionException.class, () -> client.chat().create(HI));
            assertThat(failure).isNotNull();
            return failure;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
