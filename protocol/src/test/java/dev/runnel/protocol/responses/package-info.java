@NullMarked
package dev.runnel.protocol.responses;

import org.jspecify.annotations.NullMarked;
