@NullMarked
package dev.runnel.server.search.index;

import org.jspecify.annotations.NullMarked;
