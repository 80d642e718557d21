package dev.runnel.server.sandbox;

import dev.runnel.server.time.SystemTimers;
import org.junit.jupiter.api.Nested;

/** The attacks on a sandbox whose sessions are in no control groups, as on most machines. */
class SandboxAttackWithoutGroupsTest {
    private static LocalSandbox opened(SandboxLimits limits) {
        return LocalSandbox.open(limits, null, SystemTimers.get());
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
