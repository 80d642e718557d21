/**
 * Serves the page: the files below the resources of this package, as they are. Not here: anything that the page shows; it asks the
 * public API for that, as every client does.
 */
@NullMarked
package dev.runnel.server.http.page;

import org.jspecify.annotations.NullMarked;
