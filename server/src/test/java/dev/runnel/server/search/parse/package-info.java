@NullMarked
package dev.runnel.server.search.parse;

import org.jspecify.annotations.NullMarked;
