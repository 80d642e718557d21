@NullMarked
package dev.runnel.client;

import org.jspecify.annotations.NullMarked;
