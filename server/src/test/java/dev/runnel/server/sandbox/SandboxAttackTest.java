package dev.runnel.server.sandbox;

import dev.runnel.server.time.SystemTimers;
import org.junit.jupiter.api.Nested;

/** The attacks on a sandbox as a server opens it: with control groups where it may make some. */
class SandboxAttackTest {
    private static LocalSandbox opened(SandboxLimits limits) {
        return LocalSandbox.open(limits, SystemTimers.get());
    }

    @Nested
    class Escapes extends SandboxEscapes {
        @Override
        LocalSandbox open(SandboxLimits limits) {
            return opened(limits);
        }
    }

    @Nested
    class Exhaustion extends SandboxExhaustion {
        @Override
        LocalSandbox open(SandboxLimits limits) {
            return opened(limits);
        }
    }
}
