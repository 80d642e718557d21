package dev.runnel.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Positions, kept and read back. */
class PositionTest {

    @Test
    void aPositionIsReadBackFromItsText() {
        Position plain = new Position("thread_a", "run_b", 12);
        assertThat(plain).hasToString("thread_a/run_b/12");
        assertThat(Position.parse(" thread_a/run_b/12\n")).isEqualTo(plain);
        Position odd = new Position("thread/é %2F+", "run ä", Long.MAX_VALUE);
        assertThat(Position.parse(odd.toString())).isEqualTo(odd);
    }

    @Test
    void aPositionIsReadBackAsAnObject() throws Exception {
        Position position = new Position("thread_a", "run_b", 12);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(position);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(position);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run_b/12", "thread_a/run_b", "thread_a/run_b/12/", "thread_a/run_b/twelve",
        "thread_a/run_b/", "thread_a/run_b/-1", "thread_a/%zz/1", "/run_b/1", "thread_a//1"})
    void whatIsNoPositionIsRefused(String text) {
        assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .message().isNotBlank();
    }
}
