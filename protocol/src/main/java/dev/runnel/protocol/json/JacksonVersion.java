package dev.runnel.protocol.json;

import com.fasterxml.jackson.core.Version;
import java.util.stream.Stream;

/** Which Jackson is on the class path: a program may bring an older one than Runnel is built with. */
public final class JacksonVersion {
    /** The first that reads and writes records under names in snake_case. */
    private static final int OLDEST_MINOR = 15;

    private static final int FIRST_WITH_POOLS = 16;
    private static final Version CORE = com.fasterxml.jackson.core.json.PackageVersion.VERSION;
    private static final Version DATABIND = com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION;

    private JacksonVersion() {}

    /**
     * Looks whether it is new enough.
     *
     * @throws IllegalStateException if it is not; the message says which is there and which is needed
     */
    public static void check() {
        Stream.of(CORE, DATABIND).filter(version -> !isFrom(version, OLDEST_MINOR)).findFirst().ifPresent(version -> {
            throw new IllegalStateException("Runnel needs Jackson 2." + OLDEST_MINOR + " or newer; "
                    + version.getArtifactId() + " " + version + " is on the class path");
        });
    }

    /** Whether buffers can be shared by all threads, rather than left with each. */
    static boolean hasRecyclerPools() {
        return isFrom(CORE, FIRST_WITH_POOLS);
    }

    private static boolean isFrom(Version version, int minor) {
        return version.getMajorVersion() > 2 || version.getMinorVersion() >= minor;
    }
}
