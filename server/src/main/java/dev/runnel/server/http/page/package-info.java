/**
 * Serves the web page, whose files are resources of this package. Not here: the data that the page shows. The page gets
 * its data from the public API, as every client does.
 */
@NullMarked
package dev.runnel.server.http.page;

import org.jspecify.annotations.NullMarked;
