@NullMarked
package dev.runnel.protocol;

import org.jspecify.annotations.NullMarked;
