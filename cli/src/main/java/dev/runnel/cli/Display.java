package dev.runnel.cli;

/** How a reply is shown. */
enum Display {
    /** As it comes. */
    PLAIN,
    /** Its Markdown rendered, its lines wrapped at words. */
    MARKDOWN,
    /** Its events, each as a line of JSON. */
    JSON
}
