package dev.runnel.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The objects that the requests of {@link FuzzTest} are about, by their names there: an assistant, a thread with a run that has ended, one
 * whose run waits for tools, a message, a file, and of each kind that can be deleted one that may be.
 */
final class FuzzFixtures {
    private final TestServer server;
    private final Map<String, String> ids = new LinkedHashMap<>();

    FuzzFixtures(TestServer server) {
        this.server = server;
    }

    /** A text with ids for the words in capitals. */
    String filled(String text) {
        String filled = text;
        List<String> longestFirst = ids.keySet().stream()
                .sorted((a, b) -> Integer.compare(b.length(), a.length())).toList();
        for (String name : longestFirst) {
            filled = filled.replace(name, ids.getOrDefault(name, name));
        }
        return filled;
    }

    /** Makes anew what is gone, or no longer in the state that it should be in. */
    void renew() {
        fixture("ASSISTANT", "/assistants/ASSISTANT", server::newWeatherAssistant);
        fixture("FILE", "/files/FILE", this::newFile);
        fixture("DOOMED_FILE", "/files/DOOMED_FILE", this::newFile);
        fixture("DOOMED_ASSISTANT", "/assistants/DOOMED_ASSISTANT", server::newAssistant);
        fixture("DOOMED_THREAD", "/threads/DOOMED_THREAD", server::newThread);
        if (!there("/threads/THREAD/runs/RUN") || isLocked("/threads/THREAD")) {
            ids.put("THREAD", server.newThread());
            try (EventReader reader = server.run(server.newAssistant(), ids.getOrDefault("THREAD", ""))) {
                String path = TestServer.runPath(reader.rest());
                ids.put("RUN", path.substring(path.lastIndexOf('/') + 1));
                ids.put("STEP", server.get(path + "/steps").ids().getFirst());
            }
        }
        fixture("RESPONSE", "/responses/RESPONSE", this::newResponse);
        fixture("DOOMED_RESPONSE", "/responses/DOOMED_RESPONSE", this::newResponse);
        fixture("DOOMED_STORE", "/vector_stores/DOOMED_STORE", this::newStore);
        fixture("STORE", "/vector_stores/STORE", this::newStore);
        fixture("BATCH", "/vector_stores/STORE/file_batches/BATCH", this::newBatch);
        fixture("MESSAGE", "/threads/THREAD/messages/MESSAGE", this::newMessage);
        fixture("DOOMED_MESSAGE", "/threads/THREAD/messages/DOOMED_MESSAGE", this::newMessage);
        if (!there("/threads/WAITING_THREAD/runs/WAITING_RUN") || !isLocked("/threads/WAITING_THREAD")) {
            ids.put("WAITING_THREAD", server.newThread());
            try (EventReader reader = server.run(
                    server.newWeatherAssistant(), ids.getOrDefault("WAITING_THREAD", ""))) {
                String path = TestServer.runPath(reader.rest());
                ids.put("WAITING_RUN", path.substring(path.lastIndexOf('/') + 1));
            }
        }
    }

    private void fixture(String name, String path, Supplier<String> maker) {
        if (!there(path)) {
            ids.put(name, maker.get());
        }
    }

    private String newResponse() {
        return server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").id();
    }

    private String newFile() {
        return server.upload(Multipart.file("a.png", "\u0089PNG")).id();
    }

    private String newStore() {
        return server.post("/vector_stores", "{}").id();
    }

    private String newBatch() {
        return server.post(filled("/vector_stores/STORE/file_batches"), filled("{\"file_ids\": [\"FILE\"]}")).id();
    }

    private String newMessage() {
        return server.post(filled("/threads/THREAD/messages"), "{\"role\": \"user\", \"content\": \"More\"}").id();
    }

    private boolean there(String path) {
        return server.get(filled(path)).status() == 200;
    }

    private boolean isLocked(String thread) {
        return server.get(filled(thread) + "/runs").column("status").contains("requires_action");
    }
}
