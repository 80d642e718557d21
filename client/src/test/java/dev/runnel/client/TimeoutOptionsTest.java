package dev.runnel.client;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The limits of what may be set as a timeout. */
@Timeout(180)
class TimeoutOptionsTest {

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void aTimeoutOfNothingIsRefused(Duration nothing) {
        RunnelClient.Builder builder = RunnelClient.builder();
        for (Runnable setting : new Runnable[] {
            () -> builder.connectTimeout(nothing), () -> builder.responseTimeout(nothing),
            () -> builder.idleTimeout(nothing), () -> builder.totalTimeout(nothing)}) {
            assertThatThrownBy(setting::run).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(nothing.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutMayBeForEver(Via via) {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        try (ScriptedModelServer server = ScriptedModelServer.start();
                RunnelClient client = clientOf(server).connectTimeout(forEver).responseTimeout(forEver)
                        .idleTimeout(forEver).totalTimeout(forEver).transport(via.transport()).build()) {
            server.enqueue(Script.chat("a"));
            try (ChatStream stream = client.chat().stream(HI)) {
                assertThat(texts(stream)).containsExactly("a");
            }
        }
    }
}
