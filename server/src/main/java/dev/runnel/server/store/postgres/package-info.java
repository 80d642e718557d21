/**
 * The parts that are specific to PostgreSQL, which any number of nodes share: URLs, pools, what failures mean, leases,
 * notices between nodes, and file contents in rows. Not here: statements that run on any kind of database.
 */
@NullMarked
package dev.runnel.server.store.postgres;

import org.jspecify.annotations.NullMarked;
