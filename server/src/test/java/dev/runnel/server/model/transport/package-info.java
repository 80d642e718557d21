/** The transport against real sockets that do what a model server should not. */
@NullMarked
package dev.runnel.server.model.transport;

import org.jspecify.annotations.NullMarked;
