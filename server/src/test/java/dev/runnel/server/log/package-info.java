/** The run log's own promises that no request can show. */
@NullMarked
package dev.runnel.server.log;

import org.jspecify.annotations.NullMarked;
