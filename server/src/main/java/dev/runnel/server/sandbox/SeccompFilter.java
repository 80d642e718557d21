package dev.runnel.server.sandbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The filter of system calls, a program for the kernel's classic packet filter. It refuses the {@linkplain SystemCall named
 * calls}, new namespaces, sockets other than those within the machine, and calls that are newer than this class. A call of
 * another architecture ends the process.
 */
final class SeccompFilter {
    private static final int LOAD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int KILL = 0x80000000;
    private static final int ALLOW = 0x7FFF0000;
    private static final int ERRNO = 0x00050000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;

    // Offsets in the kernel's struct seccomp_data; of arguments, their lower halves.
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST = 16;
    private static final int SECOND = 24;

    /** All flags of clone that make a namespace: time, mount, cgroup, UTS, IPC, user, PID, network. */
    private static final int NAMESPACES = 0x80 | 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000
            | 0x40000000;

    private static final int AF_UNIX = 1;

    /** Puts a character into the input of a terminal. */
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    /** The first number that was free when the list of refused calls was last looked through (Linux 6.7). */
    private static final int NEWER = 457;

    private final ByteArrayOutputStream program = new ByteArrayOutputStream();

    private SeccompFilter() {}

    /** The program for an architecture, in the order of bytes that both have. */
    static byte[] of(Architecture architecture) {
        SeccompFilter filter = new SeccompFilter();
        filter.write(architecture);
        return filter.program.toByteArray();
    }

    private void write(Architecture architecture) {
        add(LOAD, 0, 0, ARCHITECTURE);
        add(JUMP_EQUAL, 1, 0, architecture.audit);
        add(RETURN, 0, 0, KILL);
        add(LOAD, 0, 0, NUMBER);
        // Also the numbers from 0x40000000 on, the x32 calls of x86-64.
        add(JUMP_AT_LEAST, 0, 1, NEWER);
        refuse(ENOSYS);
        // Its flags are in memory, where a filter cannot look. The C library falls back to clone.
        add(JUMP_EQUAL, 0, 1, Architecture.CLONE3);
        refuse(ENOSYS);
        for (SystemCall call : SystemCall.values()) {
            if (call.number(architecture) >= 0) {
                add(JUMP_EQUAL, 0, 1, call.number(architecture));
                refuse(EPERM);
            }
        }
        add(JUMP_EQUAL, 0, 4, architecture.clone);
        add(LOAD, 0, 0, FIRST);
        add(JUMP_ANY_BIT, 0, 1, NAMESPACES);
        refuse(EPERM);
        add(RETURN, 0, 0, ALLOW);
        add(JUMP_EQUAL, 0, 4, architecture.socket);
        add(LOAD, 0, 0, FIRST);
        add(JUMP_EQUAL, 1, 0, AF_UNIX);
        refuse(EAFNOSUPPORT);
        add(RETURN, 0, 0, ALLOW);
        add(JUMP_EQUAL, 0, 4, architecture.ioctl);
        add(LOAD, 0, 0, SECOND);
        add(JUMP_EQUAL, 1, 0, TIOCSTI);
        add(JUMP_EQUAL, 0, 1, TIOCLINUX);
        refuse(EPERM);
        add(RETURN, 0, 0, ALLOW);
    }

    private void refuse(int errno) {
        add(RETURN, 0, 0, ERRNO | errno);
    }

    private void add(int code, int ifTrue, int ifFalse, int value) {
        byte[] instruction = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(value).array();
        program.writeBytes(instruction);
    }
}
