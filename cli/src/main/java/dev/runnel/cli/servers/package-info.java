/**
 * Which server or model server a command asks: the options that name one, the server that a command starts for itself, the proxy on the way,
 * ids as a person types them, and what happens to a server's objects when the command is stopped. Not here: commands.
 */
@NullMarked
package dev.runnel.cli.servers;

import org.jspecify.annotations.NullMarked;
