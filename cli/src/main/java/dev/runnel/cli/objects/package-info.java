/**
 * The commands that list, show, make and remove a server's objects: {@code assistants}, {@code threads}, {@code runs}, {@code files},
 * {@code stores}, {@code search}, {@code models}, {@code nodes}, {@code keys} and {@code usage}. Not here: commands that wait for a reply.
 */
@NullMarked
package dev.runnel.cli.objects;

import org.jspecify.annotations.NullMarked;
