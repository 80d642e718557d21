package dev.runnel.client.transport;

import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

import static dev.runnel.client.transport.Exchanges.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The end of a body's reader when time is over. */
class PullSubscriberTest {
    @Test
    void whatHadBeenReceivedIsHandedOutAllTheSame() throws Exception {
        PullSubscriber body = new PullSubscriber(LONG, Deadline.in(Duration.ofNanos(1)));
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        body.onNext(List.of(ByteBuffer.wrap("ab".getBytes(UTF_8))));
        byte[] one = new byte[1];
        assertThat(body.read(one)).isEqualTo(1);
        assertThat(body.read(one)).isEqualTo(1);
        assertThat(one).isEqualTo("b".getBytes(UTF_8));
        assertThatThrownBy(() -> body.read(one)).isInstanceOf(SocketTimeoutException.class)
                .hasMessage("not finished within the total timeout");
    }
}
