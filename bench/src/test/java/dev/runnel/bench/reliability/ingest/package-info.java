/** That the server keeps what it promises about files in vector stores. */
@NullMarked
package dev.runnel.bench.reliability.ingest;

import org.jspecify.annotations.NullMarked;
