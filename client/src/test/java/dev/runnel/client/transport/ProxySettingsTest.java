package dev.runnel.client.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which proxy a request goes through. */
class ProxySettingsTest {

    private static String proxy(Map<String, String> environment, String url) {
        return ProxySettings.fromEnvironment(environment::get).proxyFor(URI.create(url)).orElse("none");
    }

    @Test
    void theEnvironmentNamesOneForEachScheme() {
        Map<String, String> both = Map.of("HTTPS_PROXY", "http://s:1", "HTTP_PROXY", "p:2/", "ALL_PROXY", "http://a");
        assertThat(proxy(both, "https://h/v1")).isEqualTo("s:1");
        assertThat(proxy(both, "http://h/v1")).isEqualTo("p:2");
        assertThat(proxy(Map.of("ALL_PROXY", "http://a"), "https://h/v1")).isEqualTo("a:80");
        assertThat(proxy(Map.of("all_proxy", "a:3"), "http://h/v1")).isEqualTo("a:3");
        assertThat(proxy(Map.of("HTTPS_PROXY", "s:1"), "http://h/v1")).isEqualTo("none");
        assertThat(proxy(Map.of("HTTPS_PROXY", " ", "ALL_PROXY", ""), "https://h/v1")).isEqualTo("none");
        assertThat(proxy(Map.of("HTTPS_PROXY", "upper:1", "https_proxy", "lower:1"), "https://h/v1"))
                .isEqualTo("lower:1");
        assertThat(proxy(Map.of("https_proxy", "[::2]:3128"), "https://h/v1")).isEqualTo("[::2]:3128");
    }

    @Test
    void whatASenderToACgiScriptWroteIsNoProxy() {
        assertThat(proxy(Map.of("HTTP_PROXY", "evil:1", "REQUEST_METHOD", "GET"), "http://h/")).isEqualTo("none");
        assertThat(proxy(Map.of("http_proxy", "own:1", "REQUEST_METHOD", "GET"), "http://h/")).isEqualTo("own:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080/v1", "http://127.0.0.1/", "http://127.8.0.1/", "http://[::1]:80/"})
    void thisComputerIsReachedWithoutOne(String url) {
        assertThat(proxy(Map.of("HTTP_PROXY", "p:1"), url)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "*; h; none", "example.com; example.com; none", "example.com; api.Example.COM; none",
        "example.com; notexample.com; p:1", ".example.com; api.example.com; none",
        "*.example.com; api.example.com; none", "a,b c; b; none", "a, c; c; none", "a; b; p:1", "h:443; h; p:1",
        "h:80; h; none", "h:8080; h:8080; none", "10.1.2.3; 10.1.2.3; none", "10.0.0.0/8; 10.9.9.9; none",
        "10.0.0.0/8; 11.0.0.1; p:1", "10.0.0.0/12; 10.15.0.1; none", "10.0.0.0/12; 10.16.0.1; p:1",
        "10.0.0.0/8; ten.example; p:1", "10.0.0.0/8:80; 10.1.1.1; none", "fe80::/10; [fe80::1]; none",
        "[fe80::1]:80; [fe80::1]; none", "2001:db8::1; [2001:db8:0::1]; none", "10.0.0.0/99; 10.0.0.0; none",
        "; h; p:1", ",,; h; p:1", "10.0.0.0/x; 10.0.0.1; p:1", "/; h; p:1", ".; h; p:1"})
    void thoseListedAreReachedWithoutOne(String list, String host, String expected) {
        String url = "http://" + host + "/v1";
        assertThat(proxy(Map.of("HTTP_PROXY", "p:1", "NO_PROXY", list == null ? "" : list), url)).isEqualTo(expected);
        assertThat(ProxySettings.of("p:1").except(list == null ? "" : list).proxyFor(URI.create(url)).orElse("none"))
                .isEqualTo(expected);
    }

    @Test
    void whatIsNotSupportedIsRefusedInWordsThatNeverHoldAPassword() {
        assertThatThrownBy(() -> proxy(Map.of("ALL_PROXY", "socks5h://u:secret@p:1"), "https://h/"))
                .hasMessage("ALL_PROXY is a SOCKS proxy; only HTTP proxies are supported");
        assertThatThrownBy(() -> ProxySettings.of("https://u:secret@p:1"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("speaks TLS itself")
                .hasMessageNotContaining("secret");
        for (String odd : List.of("http://u:secret@", "http://u:secret@p:port", "ftp://u:secret@p", "",
                "http://u:se cret@p")) {
            assertThatThrownBy(() -> ProxySettings.of(odd)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the proxy is not a proxy's address").hasMessageNotContaining("cret")
                    .hasNoCause();
        }
        assertThat(proxy(Map.of("ALL_PROXY", "socks5://p:1", "NO_PROXY", "h"), "https://h/")).isEqualTo("none");
    }

    @Test
    void javasSocksProxyIsRefusedInsteadOfBypassed() {
        ProxySelector before = ProxySelector.getDefault();
        try {
            ProxySelector.setDefault(new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    return List.of(new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("s", 1080)));
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException cause) {}
            });
            assertThatThrownBy(() -> ProxySettings.fromJava().proxyFor(URI.create("https://h/")))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SOCKS");
        } finally {
            ProxySelector.setDefault(before);
        }
    }
}
