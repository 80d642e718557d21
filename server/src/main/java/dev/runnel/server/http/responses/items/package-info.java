/** Items: the entries of a thread in the form of the Responses API, their ids and their pages. */
@NullMarked
package dev.runnel.server.http.responses.items;

import org.jspecify.annotations.NullMarked;
