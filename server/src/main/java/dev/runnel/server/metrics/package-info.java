/**
 * Figures about the server for a monitoring system. Other packages tell this one what happened, and never ask it. Nothing here knows a thread,
 * a run or a key by name, so that no figure names them.
 */
@NullMarked
package dev.runnel.server.metrics;

import org.jspecify.annotations.NullMarked;
