package dev.runnel.cli.reply;

/** How a reply is shown. */
public enum Display {
    /** As it comes. */
    PLAIN,
    /** Its Markdown rendered, its lines wrapped at words. */
    MARKDOWN,
    /** Its events, each as a line of JSON. */
    JSON
}
