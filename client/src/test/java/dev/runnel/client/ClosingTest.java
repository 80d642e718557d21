package dev.runnel.client;

import dev.runnel.client.Fixture.Waiting;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.Fixture.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Ending what is under way: from another thread, by an interrupt, twice, or all at once. */
@Timeout(180)
class ClosingTest {
    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void closingAStalledStreamFromAnotherThreadWakesTheReader() throws InterruptedException {
        server.enqueue(Script.reply("a").stall());
        ChatStream stream = client.chat().stream(HI);
        take(stream);
        take(stream);
        Waiting reader = new Waiting(stream::next);
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(reader.interruptedWhenThrown()).isFalse();
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
    }

    @Test
    void closingBeforeTheFirstByteOfTheBodyWakesTheReaderToo() throws InterruptedException {
        server.enqueue(Script.sse().stall());
        ChatStream stream = client.chat().stream(HI);
        Waiting reader = new Waiting(stream::next);
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
    }

    @Test
    void anInterruptEndsTheReadAndStaysSet() throws InterruptedException {
        server.enqueue(Script.reply("a").stall());
        try (ChatStream stream = client.chat().stream(HI)) {
            Waiting reader = new Waiting(() -> texts(stream));
            reader.interrupt();
            assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
            assertThat(reader.interruptedWhenThrown()).isTrue();
            assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        }
    }

    @Test
    void anInterruptEndsTheWaitForAResponseAndTheRequestWithIt() throws InterruptedException {
        server.enqueue(Script.silent());
        Waiting caller = new Waiting(() -> client.chat().stream(HI));
        server.awaitRequest(0, LONG);
        caller.interrupt();
        assertThat(caller.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(caller.interruptedWhenThrown()).isTrue();
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anInterruptEndsTheReadOfAWholeAnswer() throws InterruptedException {
        server.enqueue(Script.plain().raw("{").stall());
        Waiting caller = new Waiting(() -> client.chat().create(HI));
        server.awaitRequest(0, LONG);
        caller.interrupt();
        assertThat(caller.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(caller.interruptedWhenThrown()).isTrue();
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
    }

    @Test
    void closingTwiceOrAfterTheEndIsNoHarm() {
        server.enqueue(Script.chat("a"), Script.reply("a").stall());
        ChatStream ended = client.chat().stream(HI);
        assertThat(texts(ended)).containsExactly("a");
        ended.close();
        ended.close();
        assertThat(ended.next()).isNull();
        ChatStream open = client.chat().stream(HI);
        open.close();
        open.close();
        assertThatThrownBy(open::next).isInstanceOf(ClosedStreamException.class);
    }

    @Test
    void closingTheClientEndsItsStreams() throws InterruptedException {
        server.enqueue(Script.reply("a").stall());
        ChatStream stream = client.chat().stream(HI);
        take(stream);
        take(stream);
        Waiting reader = new Waiting(stream::next);
        client.close();
        client.close();
        assertThat(reader.thrown()).isInstanceOf(RunnelException.class);
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
    }

    @Test
    void closingTheClientEndsAWaitForAResponse() throws InterruptedException {
        server.enqueue(Script.silent());
        Waiting caller = new Waiting(() -> client.chat().stream(HI));
        server.awaitRequest(0, LONG);
        client.close();
        assertThat(caller.thrown()).isInstanceOf(RunnelException.class);
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        assertThat(server.requests()).hasSize(1);
    }
}
