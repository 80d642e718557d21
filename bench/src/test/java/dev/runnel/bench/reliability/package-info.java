/** That the server keeps what it promises about streams. */
@NullMarked
package dev.runnel.bench.reliability;

import org.jspecify.annotations.NullMarked;
