package dev.runnel.cli.text;

/** The target of rendered text. */
public interface Screen {
    /** The columns of a line now; they change when a person resizes the window. */
    int columns();

    /** Whether text may be bold, dim and so on. */
    boolean styled();

    /** Whether the line on which text was written last can be written anew. */
    boolean rewrites();

    /** Writes clean text, with our own control sequences. */
    void write(String text);
}
