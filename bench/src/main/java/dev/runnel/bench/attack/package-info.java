/**
 * A server under attack: hostile clients and a hostile model server, while other clients stream runs beside them and must notice nothing.
 * The attacks send only to addresses of this machine.
 */
@NullMarked
package dev.runnel.bench.attack;

import org.jspecify.annotations.NullMarked;
