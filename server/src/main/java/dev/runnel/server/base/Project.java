package dev.runnel.server.base;

/**
 * Whose objects they are: each API key belongs to a project, and what belongs to another project does not exist for it.
 *
 * @param name what the operator calls it
 */
public record Project(String name) {

    /** The project of a server that asks for no key, and of keys that name none. */
    public static final Project DEFAULT = new Project("default");
}
