@NullMarked
package dev.runnel.protocol.chat;

import org.jspecify.annotations.NullMarked;
