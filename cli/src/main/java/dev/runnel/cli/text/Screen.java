package dev.runnel.cli.text;

/** Where rendered text goes. */
public interface Screen {
    /** The columns of a line now; they change when a person resizes the window. */
    int columns();

    /** Whether text may be bold, dim and so on. */
    boolean styled();

    /** Whether the line on which text was written last can be written anew. */
    boolean rewrites();

    /** Writes text that holds nothing but what is to be shown, and our own control sequences. */
    void write(String text);
}
