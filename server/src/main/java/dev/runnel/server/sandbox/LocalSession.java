package dev.runnel.server.sandbox;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

/** A session in a process of this machine. */
final class LocalSession implements Session {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** How long to wait for the rest of what was printed once the call has ended. */
    private static final Duration REST = Duration.ofSeconds(1);

    /** How much longer than its limit a call may last, if the code has stopped the clock in its own process. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final String id;
    private final PythonProcess process;
    private final SandboxLimits limits;
    private final Timers timers;
    private final Consumer<LocalSession> giveBack;

    /** When its last call ended, in nanoseconds of the pool's clock. */
    private volatile long idleSince;

    /**
     * A session.
     *
     * @param process is ready for code
     */
    LocalSession(PythonProcess process, SandboxLimits limits, Timers timers, Consumer<LocalSession> giveBack) {
        this.id = "sbx_" + random();
        this.process = process;
        this.limits = limits;
        this.timers = timers;
        this.giveBack = giveBack;
    }

    private static String random() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    @Override
    public String id() {
        return id;
    }

    PythonProcess process() {
        return process;
    }

    long idleSince() {
        return idleSince;
    }

    void idleSince(long nanoTime) {
        idleSince = nanoTime;
    }

    @Override
    public String put(String file, long length, InputStream content) throws InterruptedException {
        if (length > limits.data()) {
            return Session.tooLarge(limits.data());
        }
        try {
            return process.hold(it -> {
                byte[] order = json(Map.of("name", file));
                it.send('P', order, order.length);
                byte[] buffer = new byte[1 << 16];
                for (int n; (n = content.read(buffer)) >= 0;) {
                    it.send('D', buffer, n);
                }
                it.send('Z', buffer, 0);
                it.flush();
                PythonProcess.Frame answer = it.receive();
                return answer.letter() == 'Z' ? "" : words(answer.content());
            });
        } catch (IOException e) {
            throw ended(e);
        }
    }

    @Override
    public Outcome run(String code) throws InterruptedException {
        String mark = "\0" + random();
        Printed printed = new Printed(mark, limits.output());
        process.printTo(printed);
        try (Timers.Timer _ = timers.after(limits.call().plus(GRACE), this::endLate)) {
            JsonValue end = process.hold(it -> {
                byte[] order = json(Map.of("code", code, "mark", mark));
                it.send('C', order, order.length);
                it.flush();
                PythonProcess.Frame answer = it.receive();
                if (answer.letter() != 'E') {
                    throw new IOException("the sandbox sent '" + answer.letter() + "' at the end of a call");
                }
                return JsonValue.parse(new String(answer.content(), StandardCharsets.UTF_8));
            });
            printed.awaitEnd(REST);
            return outcome(end, mark, printed.text());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (process.ranOutOfMemory()) {
                process.kill(limits.tooMuchMemory());
            }
            process.close();
            printed.awaitEnd(REST);
            return Outcome.lost(printed.text(), reason());
        } finally {
            process.printTo(null);
        }
    }

    private void endLate() {
        process.kill(
                "The code ran longer than " + limits.call().toSeconds()
                        + " seconds and did not let itself be stopped.");
    }

    private String reason() {
        return process.why().isEmpty()
                ? "Its process ended: it may have taken more memory or processor time than it may, or ended itself."
                : process.why();
    }

    private static Outcome outcome(JsonValue end, String mark, String output) throws IOException {
        if (!end.get("mark").text().equals(mark)) {
            throw new IOException("the sandbox sent the end of another call");
        }
        String how = end.get("how").text();
        Outcome.How known = Outcome.How.of(how).filter(it -> it != Outcome.How.LOST).orElseThrow(
                () -> new IOException("the sandbox said that a call had ended as '" + how + "'"));
        return Outcome.of(known, output, end.get("files").elements().stream().map(JsonValue::text).toList(), false);
    }

    @Override
    public void read(String file, long most, OutputStream target) throws IOException, InterruptedException {
        String problem = process.hold(it -> {
            byte[] order = json(Map.of("name", file));
            it.send('G', order, order.length);
            it.flush();
            long count = 0;
            while (true) {
                PythonProcess.Frame answer = it.receive();
                switch (answer.letter()) {
                    case 'Z' -> {
                        return "";
                    }
                    case 'X' -> {
                        return words(answer.content());
                    }
                    case 'D' -> {
                        count += answer.content().length;
                        if (count > most) {
                            throw new IOException("it is longer than " + most + " bytes");
                        }
                        target.write(answer.content());
                    }
                    default -> throw new IOException("the sandbox sent '" + answer.letter() + "' instead of a file");
                }
            }
        });
        if (!problem.isEmpty()) {
            throw new IOException(problem);
        }
    }

    private static byte[] json(Map<String, ?> order) {
        return JsonValue.of(order).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String words(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, 300), StandardCharsets.UTF_8);
        return text.isBlank() ? "unknown" : text.replaceAll("\\p{Cntrl}", " ");
    }

    private SandboxException ended(IOException cause) {
        return new SandboxException("The Python session has ended. " + reason(), cause);
    }

    @Override
    public void kill() {
        process.kill("The call was cancelled.");
    }

    @Override
    public void close() {
        giveBack.accept(this);
    }
}
