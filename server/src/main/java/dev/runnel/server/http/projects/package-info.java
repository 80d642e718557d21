/** The routes of projects, extensions: what they used. */
@NullMarked
package dev.runnel.server.http.projects;

import org.jspecify.annotations.NullMarked;
