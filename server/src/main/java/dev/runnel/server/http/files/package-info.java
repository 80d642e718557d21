/**
 * The API of files: uploads, read as they come, and downloads. Not here: the storage of files.
 */
@NullMarked
package dev.runnel.server.http.files;

import org.jspecify.annotations.NullMarked;
