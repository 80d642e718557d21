package dev.runnel.server;

/** An official SDK of another language, and the program that uses it: {@code src/test/node/sdk.mjs} or {@code src/test/python/sdk.py}. */
enum Sdk {
    /** The latest. */
    NODE("node", "package-lock.json", "node sdk.mjs openai"),
    /** That of the years in which most programs for assistants were written. */
    NODE_4("node", "package-lock.json", "node sdk.mjs openai-4"),
    /** The latest. */
    PYTHON("python", "requirements.txt", "python3 sdk.py");

    private final String folder;
    private final String pinned;
    private final String command;

    Sdk(String folder, String pinned, String command) {
        this.folder = folder;
        this.pinned = pinned;
        this.command = command;
    }

    PackagedProgram program() {
        return new PackagedProgram(folder, pinned, command);
    }
}
