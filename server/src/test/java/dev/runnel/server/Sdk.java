package dev.runnel.server;

/** An official SDK of another language, and the program that uses it: {@code src/test/node/sdk.mjs} or {@code src/test/python/sdk.py}. */
enum Sdk {
    /** The latest. */
    NODE("node", "package-lock.json", "node sdk.mjs openai"),
    /** That of the years in which most programs for assistants were written. */
    NODE_4("node", "package-lock.json", "node sdk.mjs openai-4"),
    /** The latest. */
    PYTHON("python", "requirements.txt", "python3 sdk.py");

    private final PackagedProgram program;

    Sdk(String folder, String pinned, String command) {
        this.program = new PackagedProgram(folder, pinned, command);
    }

    PackagedProgram program() {
        return program;
    }
}
