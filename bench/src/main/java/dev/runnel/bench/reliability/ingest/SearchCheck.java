package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.Faults;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.vectorstore.SearchRequest;
import dev.runnel.protocol.vectorstore.SearchResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Searches the stores of a round for each part of each file, by one server. For one use. */
final class SearchCheck {
    private static final int AT_ONCE = 4;
    private static final int MOST_RESULTS = 50;

    private final RunnelClient server;
    private final Insistence insist;
    private final Adding adding;
    private final Reference reference;
    private final Faults<IngestFault> faults;

    SearchCheck(RunnelClient server, Insistence insist, Adding adding, Reference reference,
            Faults<IngestFault> faults) {
        this.server = server;
        this.insist = insist;
        this.adding = adding;
        this.reference = reference;
        this.faults = faults;
    }

    /** Searches, and returns how many searches these were. */
    long check() throws InterruptedException {
        List<Future<?>> searches = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Place place : Place.values()) {
                if (place != Place.DOOMED) {
                    for (int number : adding.remaining(place)) {
                        for (String marker : reference.files().get(number).markers()) {
                            searches.add(threads.submit(() -> search(place, number, marker)));
                        }
                    }
                    searches.add(threads.submit(() -> searchDeleted(place)));
                }
            }
        }
        return searches.size();
    }

    private boolean search(Place place, int number, String marker) throws InterruptedException {
        List<SearchResult> results = results(place, marker);
        List<String> wanted = reference.of(place, number).chunks().stream()
                .filter(chunk -> chunk.contains(marker)).toList();
        List<String> found = new ArrayList<>();
        for (SearchResult result : results) {
            String text = result.content().getFirst().text();
            if (text.contains(marker)) {
                found.add(text);
                if (!result.fileId().equals(adding.id(number))) {
                    faults.add(IngestFault.FOUND_TWICE, marker + " in " + result.filename() + " of " + place);
                }
            }
        }
        String what = marker + " of file " + number + " in the store " + place;
        if (found.size() < wanted.size()) {
            faults.add(IngestFault.UNFOUND, what);
        } else if (found.size() > wanted.size()) {
            faults.add(IngestFault.FOUND_TWICE, what);
        } else if (!results.getFirst().content().getFirst().text().contains(marker)) {
            faults.add(IngestFault.FOUND_TWICE, "before " + what + ": " + results.getFirst());
        }
        return true;
    }

    private boolean searchDeleted(Place place) throws InterruptedException {
        String marker = reference.files().get(adding.doomedFile()).markers().getFirst();
        for (SearchResult result : results(place, marker)) {
            if (result.fileId().equals(adding.id(adding.doomedFile()))) {
                faults.add(IngestFault.UNDELETED, result + " is found in the store " + place);
            }
        }
        return true;
    }

    private List<SearchResult> results(Place place, String marker) throws InterruptedException {
        List<SearchResult> results;
        try {
            results = insist.on(() -> server.vectorStores().search(
                    adding.store(place), new SearchRequest(JsonValue.of(marker), MOST_RESULTS, null, null)));
        } catch (RunnelException e) {
            faults.add(IngestFault.LOST, "a search for " + marker + " in the store " + place + ": " + e);
            return List.of();
        }
        Set<List<String>> seen = new HashSet<>();
        for (SearchResult result : results) {
            if (!seen.add(List.of(result.fileId(), result.content().getFirst().text()))) {
                faults.add(IngestFault.FOUND_TWICE, result + " in the store " + place);
            }
        }
        return results;
    }
}
