@NullMarked
package dev.runnel.protocol.json;

import org.jspecify.annotations.NullMarked;
