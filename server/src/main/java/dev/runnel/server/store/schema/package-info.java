/** The tables and how they change from version to version. Not here: statements about rows. */
@NullMarked
package dev.runnel.server.store.schema;

import org.jspecify.annotations.NullMarked;
