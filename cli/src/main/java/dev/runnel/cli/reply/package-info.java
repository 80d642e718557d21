/**
 * How a reply is shown: runs and responses as they stream, as text, as Markdown or as lines of JSON, with their steps and footnotes. Not
 * here: what is asked.
 */
@NullMarked
package dev.runnel.cli.reply;

import org.jspecify.annotations.NullMarked;
