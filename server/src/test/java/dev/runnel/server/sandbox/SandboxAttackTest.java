package dev.runnel.server.sandbox;

import dev.runnel.server.time.SystemTimers;

/** The attacks on a sandbox as a server opens it: with control groups where it may make some. */
class SandboxAttackTest extends SandboxAttacks {
    @Override
    LocalSandbox open(SandboxLimits limits) {
        return LocalSandbox.open(limits, SystemTimers.get());
    }
}
