package dev.runnel.bench.reliability.ingest;

/** A fault, none of which may happen. */
enum IngestFault {
    ENDLESS("files that did not end"),
    FAILED("files that failed"),
    LOST("files, stores and answers that are missing"),
    TWICE("files that are there twice"),
    COUNTS("counts that are wrong"),
    CONTENT("files whose chunks are missing, doubled or out of order"),
    USAGE("sizes that differ from those of an undisturbed file"),
    UNFOUND("chunks that a search does not find"),
    FOUND_TWICE("chunks that a search finds twice, or wrong ones first"),
    UNDELETED("deleted files and stores that are still there"),
    WORK("work left for files that have ended"),
    ROWS("rows left that belong to nothing"),
    REMAINS("temporary files left"),
    PROCESSES("programs left that read files");

    private final String description;

    IngestFault(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
