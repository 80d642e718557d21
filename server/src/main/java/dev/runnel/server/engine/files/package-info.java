/**
 * Uploaded files: kept, read, expired, deleted. Not here: what a file is used for.
 */
@NullMarked
package dev.runnel.server.engine.files;

import org.jspecify.annotations.NullMarked;
