package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static dev.runnel.server.Schedules.check;
import static dev.runnel.server.Schedules.explore;
import static dev.runnel.server.Schedules.together;

/** At whatever moment a run's model call is ended, nobody waits for the model on, nothing stays open, and no interrupt is left over. */
class EndableCallSchedulesTest {
    private static final class Reply implements ModelStream {
        private volatile boolean closed;

        @Override
        public @Nullable ModelDelta next() {
            return null;
        }

        @Override
        public @Nullable ModelDelta nextArrived() {
            return null;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A model that answers at once, each time with another reply. */
    private static Supplier<ModelStream> prompt(List<Reply> replies) {
        return () -> {
            Reply reply = new Reply();
            replies.add(reply);
            return reply;
        };
    }

    /** A model that does not answer. */
    private static ModelStream silent() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StoppedException();
    }

    private static void assertEnded(EndableCall call, List<Reply> replies) {
        for (Reply reply : replies) {
            check(reply.closed, "a reply is left open");
        }
        int before = replies.size();
        check(isStopped(call, prompt(replies)) && replies.size() == before, "the model is called once more");
    }

    private static boolean isStopped(EndableCall call, Supplier<ModelStream> model) {
        return isStopped(() -> call.begin(model));
    }

    private static boolean isStopped(Supplier<ModelStream> begun) {
        try {
            var _ = begun.get();
            return false;
        } catch (StoppedException e) {
            return true;
        }
    }

    @Test
    void aReplyIsClosed() {
        explore(() -> {
            EndableCall call = new EndableCall();
            List<Reply> replies = new ArrayList<>();
            together(
                    () -> {
                        boolean _ = isStopped(call, prompt(replies));
                        check(!Thread.currentThread().isInterrupted(), "an interrupt is left over");
                    },
                    call::end);
            assertEnded(call, replies);
        });
    }

    @Test
    void theSecondCallEndsAsTheFirstDoes() {
        explore(() -> {
            EndableCall call = new EndableCall();
            List<Reply> replies = new ArrayList<>();
            together(
                    () -> {
                        for (int i = 0; i < 2 && !isStopped(call, prompt(replies)); i++) {
                            replies.getLast().close();
                            call.letGo();
                            check(!Thread.currentThread().isInterrupted(), "an interrupt is left over");
                        }
                    },
                    call::end,
                    call::end);
            assertEnded(call, replies);
        });
    }

    @Test
    void whoWaitsForTheModelIsWoken() {
        explore(() -> {
            EndableCall call = new EndableCall();
            together(
                    () -> {
                        check(isStopped(call, EndableCallSchedulesTest::silent), "it is not ended");
                        check(!Thread.currentThread().isInterrupted(), "an interrupt is left over");
                    },
                    call::end);
            assertEnded(call, new ArrayList<>());
        });
    }

    @Test
    void whatAToolHoldsIsClosed() {
        explore(() -> {
            EndableCall call = new EndableCall();
            List<Reply> held = new ArrayList<>();
            together(
                    () -> {
                        boolean _ = isStopped(() -> call.await(() -> call.hold(prompt(held).get())));
                        check(!Thread.currentThread().isInterrupted(), "an interrupt is left over");
                    },
                    call::end);
            assertEnded(call, held);
        });
    }
}
