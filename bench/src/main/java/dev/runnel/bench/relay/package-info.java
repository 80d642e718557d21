/**
 * Load on a server that relays a model's streams, and other such servers beside it: what an event costs, and how late it comes. Here is
 * what opens streams, reads them and measures; the model behind the server is in the package above. Never shipped.
 */
@NullMarked
package dev.runnel.bench.relay;

import org.jspecify.annotations.NullMarked;
