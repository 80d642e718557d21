/**
 * What a request's JSON holds: reading it, with every limit, and describing it by the same code. Not here: the requests themselves, which
 * are their API's.
 */
@NullMarked
package dev.runnel.server.http.fields;

import org.jspecify.annotations.NullMarked;
