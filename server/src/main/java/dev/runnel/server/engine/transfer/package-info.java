/**
 * Export of all objects of a database, and import of an export or of objects as the hosted API returned them. Not here:
 * the objects of a running server, which the packages beside this one read and change.
 */
@NullMarked
package dev.runnel.server.engine.transfer;

import org.jspecify.annotations.NullMarked;
