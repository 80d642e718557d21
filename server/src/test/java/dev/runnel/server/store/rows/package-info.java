/** How statements are carried out. */
@NullMarked
package dev.runnel.server.store.rows;

import org.jspecify.annotations.NullMarked;
