/**
 * The command {@code doctor}: the checks, each with its findings, and the report. Not here: repairs.
 */
@NullMarked
package dev.runnel.cli.doctor;

import org.jspecify.annotations.NullMarked;
