package dev.runnel.bench.reliability;

/** What a run was at when the server was killed, by what its reader had seen. */
enum Phase {
    CALLING("called functions"),
    WAITING("waited for the outputs"),
    ANSWERED("had been given outputs"),
    OTHER("did something else");

    private final String description;

    Phase(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
