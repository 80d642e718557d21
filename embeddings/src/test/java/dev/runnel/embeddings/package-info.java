@NullMarked
package dev.runnel.embeddings;

import org.jspecify.annotations.NullMarked;
