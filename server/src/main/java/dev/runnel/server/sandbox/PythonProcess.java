package dev.runnel.server.sandbox;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process of one session. Reading from it and writing to it blocks, which must not keep the threads that all virtual
 * threads share: it has two threads of its own. For one caller at a time; any thread may call {@link #kill}.
 */
final class PythonProcess implements AutoCloseable {
    /** The longest answer, in bytes. */
    private static final int MAX_FRAME = 1 << 18;

    private static final Duration END = Duration.ofSeconds(5);

    private final Process process;

    /** In which the process is, with all that it starts; null where the server may make none. */
    private final @Nullable ControlGroup group;

    /** Among the arguments of the process and of those that it starts before the sandbox is made. */
    private final String name;
    private final DataOutputStream orders;
    private final DataInputStream answers;
    private final ExecutorService own;
    private volatile @Nullable Printed printed;

    /** The first reason for which it was ended. */
    private volatile String why = "";
    private volatile boolean killed;

    /** Whether the sandbox is made: from then on all that runs in it ends with the process. */
    private volatile boolean made;

    private PythonProcess(Process process, @Nullable ControlGroup group, String name) {
        this.process = process;
        this.group = group;
        this.name = name;
        this.orders = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        this.answers = new DataInputStream(process.getInputStream());
        this.own = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("sandbox-" + process.pid()).factory());
        Thread.ofPlatform().daemon().name("sandbox-output-" + process.pid()).start(this::readOutput);
    }

    /**
     * Starts a process. It ends with the thread that starts it, which so must live as long as the server.
     *
     * @param groups makes a control group for it; null where the server may make none
     */
    static PythonProcess start(Profile profile, @Nullable ControlGroups groups) throws IOException {
        String name = "sandbox-" + UUID.randomUUID();
        ControlGroup group = groups == null ? null : groups.make();
        try {
            ProcessBuilder builder = new ProcessBuilder(
                    profile.command(name, group == null ? List.of() : group.doors()))
                    .directory(new File("/"));
            builder.environment().clear(); // the server's may have keys and passwords
            return new PythonProcess(builder.start(), group, name);
        } catch (IOException | RuntimeException e) {
            if (group != null) {
                group.close();
            }
            throw e;
        }
    }

    /** Waits until code can be run. */
    void awaitReady() throws IOException, InterruptedException {
        hold(it -> {
            if (it.receive().letter() != 'R') {
                throw new IOException("the sandbox did not begin as it should");
            }
            return true;
        });
    }

    /** A frame from the process: a letter and its content. */
    static final class Frame {
        private final char letter;
        private final byte[] content;

        private Frame(char letter, byte[] content) {
            this.letter = letter;
            this.content = content;
        }

        char letter() {
            return letter;
        }

        /** The bytes themselves, not a copy. */
        byte[] content() {
            return content;
        }
    }

    /** A dialogue with the process. */
    interface Dialogue<T> {
        T hold(PythonProcess process) throws IOException;
    }

    /**
     * Holds a dialogue. If the calling thread is interrupted, the process is ended.
     *
     * @throws IOException if the process has ended, or says what it should not
     */
    <T> T hold(Dialogue<T> dialogue) throws IOException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(() -> dialogue.hold(this));
        own.execute(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            kill("The call was cancelled.");
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                kill("");
                throw io;
            }
            kill("");
            throw new IOException("a dialogue with the sandbox failed", e.getCause());
        }
    }

    void send(char letter, byte[] content, int length) throws IOException {
        orders.writeByte(letter);
        orders.writeInt(length);
        orders.write(content, 0, length);
    }

    void flush() throws IOException {
        orders.flush();
    }

    Frame receive() throws IOException {
        int letter = answers.readUnsignedByte();
        int length = answers.readInt();
        if (length < 0 || length > MAX_FRAME) {
            throw new IOException("the sandbox sent a frame of " + length + " bytes");
        }
        byte[] content = new byte[length];
        answers.readFully(content);
        made = true;
        return new Frame((char) letter, content);
    }

    /** Says where what is printed goes from now on; null for nowhere. */
    void printTo(@Nullable Printed target) {
        printed = target;
        if (target != null && !process.isAlive()) {
            target.end();
        }
    }

    private void readOutput() {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = process.getErrorStream()) {
            for (int n; (n = in.read(buffer)) >= 0;) {
                Printed target = printed;
                if (target != null && target.add(buffer, n) > SandboxLimits.MOST_PRINTED) {
                    kill("It printed more than " + (SandboxLimits.MOST_PRINTED >> 20) + " MiB.");
                }
            }
        } catch (IOException e) {
            // The process has ended.
        }
        Printed target = printed;
        if (target != null) {
            target.end();
        }
    }

    /** Whether it goes on. */
    boolean alive() {
        return !killed && process.isAlive();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Why the process was ended; empty if it was not, or it has ended by itself. */
    String why() {
        return why;
    }

    /** Whether the kernel has ended one of its processes, because all of them took more memory than they may. */
    boolean ranOutOfMemory() {
        return group != null && group.ranOutOfMemory();
    }

    /** Ends the process and all that it has started, at once. */
    void kill(String reason) {
        if (why.isEmpty()) {
            why = reason;
        }
        killed = true;
        process.destroyForcibly();
        if (group != null) {
            group.kill();
        }
    }

    /** Ends the process, and gives back what it held. */
    @Override
    public void close() {
        kill("");
        own.shutdown();
        boolean interrupted = false;
        try {
            process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (group != null) {
            group.close();
        } else if (!made) {
            endChildren();
        }
        closeAll();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends what the process has left. Before bubblewrap has made its sandbox, its child does not end with it, but waits for it
     * for ever. The child has no parent any more; it is known by its arguments.
     */
    private void endChildren() {
        ProcessHandle.allProcesses().filter(this::isOurs).forEach(ProcessHandle::destroyForcibly);
    }

    private boolean isOurs(ProcessHandle other) {
        try {
            return Files.readString(Path.of("/proc/" + other.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .contains(name);
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    private void closeAll() {
        for (AutoCloseable stream : List.of(process.getOutputStream(), process.getInputStream())) {
            try {
                stream.close();
            } catch (Exception e) {
                // nothing was left to write
            }
        }
    }
}
