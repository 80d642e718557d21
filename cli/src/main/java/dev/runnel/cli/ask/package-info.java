/**
 * The commands that ask a model or read its reply: {@code run}, {@code chat}, {@code respond}, {@code complete} and {@code attach}. Not
 * here: how a reply looks.
 */
@NullMarked
package dev.runnel.cli.ask;

import org.jspecify.annotations.NullMarked;
