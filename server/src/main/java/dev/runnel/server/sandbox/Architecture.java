package dev.runnel.server.sandbox;

import java.util.Optional;

/**
 * A processor architecture for which there is a filter of system calls.
 *
 * <p>The numbers that are not refused but looked at more closely are here.
 */
enum Architecture {
    X86_64("amd64", 0xC000003E, 56, 16, 41),
    AARCH64("aarch64", 0xC00000B7, 220, 29, 198);

    /** Has the same number everywhere. */
    static final int CLONE3 = 435;

    private final String javaName;

    /** The kernel's word for the architecture. */
    final int audit;

    final int clone;
    final int ioctl;
    final int socket;

    Architecture(String javaName, int audit, int clone, int ioctl, int socket) {
        this.javaName = javaName;
        this.audit = audit;
        this.clone = clone;
        this.ioctl = ioctl;
        this.socket = socket;
    }

    /** The architecture of a name of {@code os.arch}; empty if there is no filter for it. */
    static Optional<Architecture> of(String name) {
        for (Architecture architecture : values()) {
            if (architecture.javaName.equals(name)) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }
}
