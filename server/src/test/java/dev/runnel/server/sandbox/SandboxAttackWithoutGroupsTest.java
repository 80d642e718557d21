package dev.runnel.server.sandbox;

import dev.runnel.server.time.SystemTimers;

/** The attacks on a sandbox whose sessions are in no control groups, as on most machines. */
class SandboxAttackWithoutGroupsTest extends SandboxAttacks {
    @Override
    LocalSandbox open(SandboxLimits limits) {
        return LocalSandbox.open(limits, null, SystemTimers.get());
    }
}
