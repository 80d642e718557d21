/** The routes of projects, extensions: their keys, and what they used. */
@NullMarked
package dev.runnel.server.http.projects;

import org.jspecify.annotations.NullMarked;
