/**
 * Files on the wire: uploads that are read as they come, and downloads. Not here: where they are kept.
 */
@NullMarked
package dev.runnel.server.http.files;

import org.jspecify.annotations.NullMarked;
