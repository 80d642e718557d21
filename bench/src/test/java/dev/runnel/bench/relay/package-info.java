/** That the load sees what it measures. */
@NullMarked
package dev.runnel.bench.relay;

import org.jspecify.annotations.NullMarked;
