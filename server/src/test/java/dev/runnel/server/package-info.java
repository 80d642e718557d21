/**
 * The server from outside: real HTTP on loopback, a real database file, and a scripted model server. Here too: the rules
 * between the packages.
 */
@NullMarked
package dev.runnel.server;

import org.jspecify.annotations.NullMarked;
