package dev.runnel.protocol.json;

import com.fasterxml.jackson.core.Version;
import java.util.stream.Stream;

/** The version of Jackson on the class path, which may be older than the one that Runnel is built with. */
public final class JacksonVersion {
    /** The first version that reads and writes records with snake_case names. */
    private static final int OLDEST_MINOR = 15;

    private static final int FIRST_WITH_POOLS = 16;
    private static final Version CORE = com.fasterxml.jackson.core.json.PackageVersion.VERSION;
    private static final Version DATABIND = com.fasterxml.jackson.databind.cfg.PackageVersion.VERSION;

    private JacksonVersion() {}

    /**
     * Checks that it is new enough.
     *
     * @throws IllegalStateException if it is too old; the message names its version and the required one
     */
    public static void check() {
        Stream.of(CORE, DATABIND).filter(version -> !isFrom(version, OLDEST_MINOR)).findFirst().ifPresent(version -> {
            throw new IllegalStateException("Runnel needs Jackson 2." + OLDEST_MINOR + " or newer; "
                    + version.getArtifactId() + " " + version + " is on the class path");
        });
    }

    /** Whether all threads can share buffers, so that no thread keeps its own. */
    static boolean hasRecyclerPools() {
        return isFrom(CORE, FIRST_WITH_POOLS);
    }

    private static boolean isFrom(Version version, int minor) {
        return version.getMajorVersion() > 2 || version.getMinorVersion() >= minor;
    }
}
