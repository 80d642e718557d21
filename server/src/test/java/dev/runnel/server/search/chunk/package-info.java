@NullMarked
package dev.runnel.server.search.chunk;

import org.jspecify.annotations.NullMarked;
