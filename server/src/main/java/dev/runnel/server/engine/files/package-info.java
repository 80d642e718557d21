/** Uploaded files: storing, reading, listing and deleting them, and their expiry. Not here: what a file is used for. */
@NullMarked
package dev.runnel.server.engine.files;

import org.jspecify.annotations.NullMarked;
