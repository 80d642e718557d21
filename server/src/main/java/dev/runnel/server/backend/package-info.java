/**
 * The kinds of databases: which one a URL names, and which run log, leases and file store belong to it. This is the
 * only package that knows all kinds. Not here: how any kind works.
 */
@NullMarked
package dev.runnel.server.backend;

import org.jspecify.annotations.NullMarked;
