/** Tests of the transfer of objects between databases. */
@NullMarked
package dev.runnel.server.engine.transfer;

import org.jspecify.annotations.NullMarked;
