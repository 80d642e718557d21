/** How well documents are found, and what embedding costs. Each program says how it is called. */
@NullMarked
package dev.runnel.bench.search;

import org.jspecify.annotations.NullMarked;
