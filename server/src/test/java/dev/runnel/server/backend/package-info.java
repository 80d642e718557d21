/** Each kind of database keeps to what the packages below promise: a class for each kind, which runs all their contracts. */
@NullMarked
package dev.runnel.server.backend;

import org.jspecify.annotations.NullMarked;
