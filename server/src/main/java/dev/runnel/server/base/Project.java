package dev.runnel.server.base;

/**
 * An owner of objects. Each API key belongs to a project, and for requests with this key the objects of other projects
 * do not exist.
 *
 * @param name the name that the operator gave it
 */
public record Project(String name) {

    /** The project of a server that asks for no key, and of keys that name none. */
    public static final Project DEFAULT = new Project("default");

    /** Stands for the operator, who has no objects, and sees what all projects used. No project has this name. */
    public static final Project OPERATOR = new Project("*");
}
