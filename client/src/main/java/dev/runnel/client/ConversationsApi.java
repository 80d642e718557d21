package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.Paths;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.responses.ConversationObject;
import dev.runnel.protocol.responses.InputItem;
import dev.runnel.protocol.responses.ResponseItem;
import java.util.List;
import java.util.Map;

import static dev.runnel.client.exchange.Paths.segment;

/**
 * Conversations and their items. Thread-safe.
 *
 * <p>At Runnel a conversation is a thread: each method takes the id of a thread too.
 */
public final class ConversationsApi {
    private static final String PATH = "/conversations";

    private final Requester requester;

    ConversationsApi(Requester requester) {
        this.requester = requester;
    }

    /**
     * Creates a conversation.
     *
     * @param metadata at most 16 pairs
     * @param items at most 20
     */
    public ConversationObject create(Map<String, String> metadata, List<InputItem> items) {
        return requester.post(PATH, Map.of("metadata", metadata, "items", items), ConversationObject.class);
    }

    /** A conversation by its id. */
    public ConversationObject get(String id) {
        return requester.get(path(id), ConversationObject.class);
    }

    /**
     * Replaces a conversation's metadata.
     *
     * @param metadata at most 16 pairs
     */
    public ConversationObject modify(String id, Map<String, String> metadata) {
        return requester.post(path(id), Map.of("metadata", metadata), ConversationObject.class);
    }

    /** Deletes a conversation. At Runnel its items and responses are deleted with it. */
    public Deleted delete(String id) {
        return requester.delete(path(id), Deleted.class);
    }

    /** The items of a conversation. */
    public Pages<ResponseItem> items(String id) {
        return Pages.of(requester, items(id, ""), ResponseItem.class);
    }

    /**
     * Adds items to a conversation. Returns them with their ids.
     *
     * @param items at most 20
     */
    public List<ResponseItem> addItems(String id, List<InputItem> items) {
        return requester.ask(
                Call.post(items(id, ""), Map.of("items", items)),
                body -> Paths.page(body, ResponseItem.class).data());
    }

    /** An item by its id. */
    public ResponseItem item(String id, String itemId) {
        return requester.get(items(id, "/" + segment(itemId)), ResponseItem.class);
    }

    /** Deletes an item, and returns its conversation. At Runnel the calls of one reply and their outputs go together. */
    public ConversationObject deleteItem(String id, String itemId) {
        return requester.delete(items(id, "/" + segment(itemId)), ConversationObject.class);
    }

    private static String path(String id) {
        return PATH + "/" + segment(id);
    }

    private static String items(String id, String item) {
        return path(id) + "/items" + item;
    }
}
