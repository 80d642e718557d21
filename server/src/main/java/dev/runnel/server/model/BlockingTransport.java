package dev.runnel.server.model;

import dev.runnel.client.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A transport that reads its sockets on the caller's thread, a virtual one in the server: no hand-over between threads per event,
 * which costs a third less than {@code java.net.http} at a model's pace. On Apache HttpClient 5 (classic).
 */
public final class BlockingTransport implements Transport {
    /** More than a machine's model servers can take at once: the bound is there to be one. */
    private static final int MAX_CONNECTIONS = 20_000;

    private static final String IDLE = "runnel.idle-timeout";

    private final CloseableHttpClient http;

    /** A transport with a connection pool of its own. */
    public BlockingTransport() {
        PoolingHttpClientConnectionManager pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setMaxConnPerRoute(MAX_CONNECTIONS)
                .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.ofSeconds(10))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .build();
        http = HttpClientBuilder.create()
                .setConnectionManager(pool)
                .setRequestExecutor(new IdleTimeoutExecutor())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    @Override
    public Response send(Request request) throws IOException {
        HttpUriRequestBase message = new HttpUriRequestBase(request.method(), request.uri());
        request.headers().forEach(message::setHeader);
        message.setConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.of(request.timeouts().response()))
                .build());
        byte[] body = request.body();
        if (body != null) {
            message.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        }
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(IDLE, Timeout.of(request.timeouts().idle()));
        ClassicHttpResponse response = http.executeOpen(null, message, context);
        return new OpenResponse(message, response);
    }

    /** From the headers on, each read waits for the idle timeout: the library knows one socket timeout for both. */
    private static final class IdleTimeoutExecutor extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                HttpResponseInformationCallback informed,
                HttpContext context)
                throws IOException, HttpException {
            ClassicHttpResponse response = super.execute(request, connection, informed, context);
            if (context.getAttribute(IDLE) instanceof Timeout idle) {
                connection.setSocketTimeout(idle);
            }
            return response;
        }
    }

    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }

    private static final class OpenResponse implements Response {
        private final HttpUriRequestBase message;
        private final ClassicHttpResponse response;
        private final @Nullable InputStream body;
        private boolean atEnd;

        OpenResponse(HttpUriRequestBase message, ClassicHttpResponse response) throws IOException {
            this.message = message;
            this.response = response;
            this.body = response.getEntity() == null ? null : response.getEntity().getContent();
        }

        @Override
        public int status() {
            return response.getCode();
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            if (body == null) {
                return -1;
            }
            int n = body.read(buffer);
            atEnd = n < 0;
            return n;
        }

        /** Unless the body was read to its end, cancelling closes the socket, which wakes a blocked read. */
        @Override
        public void close() {
            if (!atEnd) {
                message.cancel();
            }
        }
    }
}
