@NullMarked
package dev.runnel.server.search;

import org.jspecify.annotations.NullMarked;
