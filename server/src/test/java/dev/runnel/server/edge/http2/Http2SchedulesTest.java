package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.edge.wire.BodyDeadline;
import dev.runnel.server.edge.wire.ReadDeadline;
import dev.runnel.server.edge.wire.Waits;
import dev.runnel.server.edge.wire.WireOutput;
import dev.runnel.server.time.Timers;
import dev.runnel.server.time.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static dev.runnel.server.Schedules.check;
import static dev.runnel.server.Schedules.explore;
import static dev.runnel.server.Schedules.together;

/** In every schedule the threads of an HTTP/2 connection lose no byte, and none waits for what has happened. */
class Http2SchedulesTest {
    private static final int PING_BYTES = Frame.HEAD + 8;

    private static Outbox outbox(ByteArrayOutputStream out) {
        return new Outbox(new WireOutput(out, new VirtualTime(Instant.EPOCH)), () -> {});
    }

    private static FrameBytes ping() {
        return new FrameBytes().add(Frame.PING, 0, 0, new byte[8]);
    }

    @Test
    void aStreamTakesAllByWhichItsWindowGrows() {
        explore(() -> {
            SendWindows windows = new SendWindows();
            windows.resize(0, List.of());
            SendWindows.Window window = windows.open();
            together(
                    () -> {
                        for (int taken = 0; taken < 3;) {
                            taken += window.take(3 - taken);
                        }
                    },
                    () -> {
                        window.grow(1);
                        windows.resize(2, List.of(window));
                    });
            check(!window.open(), "more was left than was given");
        });
    }

    @Test
    void aStreamThatIsEndedWaitsForNoWindow() {
        explore(() -> {
            SendWindows windows = new SendWindows();
            windows.resize(0, List.of());
            SendWindows.Window window = windows.open();
            together(
                    () -> {
                        try {
                            window.take(1);
                            check(false, "took what nobody gave");
                        } catch (ClientGoneException e) {
                            check(window.open(), "others would wait");
                        }
                    },
                    window::close);
        });
    }

    @Test
    void whatIsAddedBeforeTheEndIsWrittenInItsOrder() {
        explore(() -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Outbox outbox = outbox(out);
            together(
                    outbox::run,
                    () -> {
                        outbox.add(new FrameBytes().number(Frame.WINDOW_UPDATE, 1, 1));
                        outbox.add(new FrameBytes().number(Frame.WINDOW_UPDATE, 2, 1));
                        outbox.end();
                    },
                    () -> outbox.control(ping()));
            int updates = 2 * (Frame.HEAD + Integer.BYTES);
            check(out.size() == updates || out.size() == updates + PING_BYTES, "a frame is lost or there twice");
            byte[] written = out.toByteArray();
            int first = written[3] == Frame.PING ? PING_BYTES : 0;
            check(written[first + Frame.HEAD - 1] == 1, "the first frame came later");
        });
    }

    private static Http2Body body(Outbox outbox) {
        Timers timers = new VirtualTime(Instant.EPOCH);
        ReadDeadline deadline = new ReadDeadline(timers);
        return new Http2Body(1, OptionalLong.empty(), true, new ReceiveWindow(1, 8, outbox),
                new ReceiveWindow(0, 8, outbox), deadline,
                new BodyDeadline(deadline, Waits.of(Duration.ofMinutes(1)), timers), () -> {});
    }

    private static int readAll(Http2Body body) throws IOException {
        byte[] piece = new byte[2];
        int read = 0;
        for (int count = body.read(piece, 0, 2); count >= 0; count = body.read(piece, 0, 2)) {
            read += count;
        }
        return read;
    }

    @Test
    void aBodyIsReadToItsEnd() {
        explore(() -> {
            Http2Body body = body(outbox(new ByteArrayOutputStream()));
            together(
                    () -> check(readAll(body) == 4, "bytes are lost"),
                    () -> {
                        body.bring(new byte[3], new Frame.Part(0, 3), 1, false);
                        body.bring(new byte[1], new Frame.Part(0, 1), 0, true);
                    });
        });
    }

    @Test
    void aBodyThatBreaksOffIsNotWaitedFor() {
        explore(() -> {
            Http2Body body = body(outbox(new ByteArrayOutputStream()));
            together(
                    () -> {
                        try {
                            readAll(body);
                            check(false, "half a body counts as whole");
                        } catch (EOFException e) {
                            check(!body.whole(), "the body came to its end");
                        }
                    },
                    () -> {
                        body.bring(new byte[1], new Frame.Part(0, 1), 0, false);
                        body.breakOff();
                    });
        });
    }
}
