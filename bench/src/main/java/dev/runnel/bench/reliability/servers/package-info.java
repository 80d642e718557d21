/**
 * Servers, as processes of their own, that are struck while something is under way: one alone, or several on one database. What is under
 * way, and what must be left of it, belongs to the packages that strike them. Never shipped.
 */
@NullMarked
package dev.runnel.bench.reliability.servers;

import org.jspecify.annotations.NullMarked;
