/**
 * Export of all objects of a database, and import of an export or of objects as the hosted API returned them. Not here: the objects of
 * a running server, which go through the packages beside this one.
 */
@NullMarked
package dev.runnel.server.engine.transfer;

import org.jspecify.annotations.NullMarked;
