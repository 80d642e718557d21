package dev.runnel.server.log;

import dev.runnel.server.store.Lease;
import dev.runnel.server.store.OwnershipLostException;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A run's log is written by the holder of its lease alone. */
public abstract class LeaseContract extends LogFixture {
    @Test
    void whoLostTheLeaseWritesNothingMoreAndTheNewOwnerGoesOn() throws InterruptedException {
        long run = newRun("run_1");
        LogAppender first = open(run, List.of());
        first.append(note("one"));
        first.flush();
        LogReader reader = log.read(run, 1);
        Lease taken = log.take(run).orElseThrow();

        first.append(note("too late"));
        assertThatThrownBy(first::flush).isInstanceOf(OwnershipLostException.class);
        assertThatThrownBy(() -> first.append(note("later still"))).isInstanceOf(OwnershipLostException.class);
        first.abandon();

        List<LogEntry> durable = entries(run);
        assertThat(texts(durable)).containsExactly("\"one\"");
        LogAppender second = log.append(taken, durable);
        second.append(note("two"));
        second.flush();
        assertThat(reader.next(PATIENCE)).isInstanceOfSatisfying(
                LogReader.Read.Events.class, events -> assertThat(texts(events.entries())).containsExactly("\"two\""));
    }

    @Test
    void anotherRunsLossOfItsLeaseHarmsNobodyInTheSameCommit() throws InterruptedException {
        long lost = newRun("lost");
        long kept = newRun("kept");
        LogAppender loser = open(lost, List.of());
        LogAppender keeper = open(kept, List.of());
        Lease taken = log.take(lost).orElseThrow();
        assertThat(taken.run()).isEqualTo(lost);
        for (int i = 0; i < 20; i++) {
            keeper.append(note("kept"));
            if (i == 10) {
                loser.append(note("lost"));
            }
        }
        keeper.flush();
        assertNumbered(read(kept, 0), 1, 20);
        assertThatThrownBy(loser::flush).isInstanceOf(OwnershipLostException.class);
    }

    @Test
    void aLeaseThatWasGivenBackIsNeverGoodAgain() throws InterruptedException {
        long run = newRun("run_1");
        Lease first = log.take(run).orElseThrow();
        log.append(first, List.of()).end();
        Lease second = log.take(run).orElseThrow();
        assertThat(second.fence()).isGreaterThan(first.fence());
        LogAppender late = log.append(first, List.of());
        late.append(note("too late"));
        assertThatThrownBy(late::flush).isInstanceOf(OwnershipLostException.class);
    }
}
