/** The time and the memory that sessions of the code interpreter take. Each program says how it is called. */
@NullMarked
package dev.runnel.bench.sandbox;

import org.jspecify.annotations.NullMarked;
