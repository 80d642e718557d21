package dev.runnel.bench.reliability;

/** The phase of a run when the server was killed, by the events that its reader had seen. */
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
