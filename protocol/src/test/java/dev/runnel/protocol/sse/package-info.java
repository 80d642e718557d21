@NullMarked
package dev.runnel.protocol.sse;

import org.jspecify.annotations.NullMarked;
