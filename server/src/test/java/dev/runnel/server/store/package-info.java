/** The store's own promises that no request can show. */
@NullMarked
package dev.runnel.server.store;

import org.jspecify.annotations.NullMarked;
