@NullMarked
package dev.runnel.server.options;

import org.jspecify.annotations.NullMarked;
