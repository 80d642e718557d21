package dev.runnel.bench.reliability;

/** A fault, none of which may happen. */
enum Fault {
    MISSING("events seen and missing later"),
    DIFFERENT("events seen that say something else later"),
    DUPLICATE("events that a reader got twice"),
    GAP("events that a reader did not get"),
    ENDLESS("runs without a terminal event"),
    LOCKED("threads still locked"),
    UNEQUAL("runs whose objects are not the fold of their events"),
    TEXT("messages that do not say what the model said"),
    CALL("calls that are not what the model and the client said"),
    LOST("runs that could not be created or read");

    private final String description;

    Fault(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
