/** How the tables change from version to version. */
@NullMarked
package dev.runnel.server.store.schema;

import org.jspecify.annotations.NullMarked;
