/**
 * Java clients under measurement, each in a process of its own with the class path it brings by itself, and what measures them from
 * within. Never shipped.
 */
@NullMarked
package dev.runnel.bench.clients;

import org.jspecify.annotations.NullMarked;
