package dev.runnel.server.http.responses;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.responses.ConversationObject;
import dev.runnel.protocol.responses.ItemList;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.runs.Runs;
import dev.runnel.server.engine.runs.ThreadContents;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.openapi.Parameter;
import dev.runnel.server.http.responses.items.Include;
import dev.runnel.server.http.responses.items.ItemIds;
import dev.runnel.server.http.responses.items.ItemPages;
import dev.runnel.server.http.responses.items.ThreadItems;
import dev.runnel.server.http.responses.requests.ConversationChange;
import dev.runnel.server.http.responses.requests.ConversationRequest;
import dev.runnel.server.http.responses.requests.ItemsRequest;
import dev.runnel.server.store.rows.ThreadEntry;
import java.util.List;
import java.util.Optional;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of conversations and their items. */
final class ConversationRoutes {
    private final Conversations conversations;
    private final ThreadContents contents;
    private final Runs runs;

    ConversationRoutes(Conversations conversations, ThreadContents contents, Runs runs) {
        this.conversations = conversations;
        this.contents = contents;
        this.runs = runs;
    }

    void register(Router router) {
        router.route("POST", "/v1/conversations", this::create,
                describe("createConversation", "Create a conversation").takes(ConversationRequest.class)
                        .gives(ConversationObject.class));
        router.route("GET", "/v1/conversations/{conversation_id}", this::get,
                describe("getConversation", "Retrieve a conversation: any thread").gives(ConversationObject.class));
        router.route("POST", "/v1/conversations/{conversation_id}", this::modify,
                describe("updateConversation", "Modify a conversation").takes(ConversationChange.class)
                        .gives(ConversationObject.class));
        router.route("DELETE", "/v1/conversations/{conversation_id}", this::delete,
                describe("deleteConversation", "Delete a conversation with all that is in it").gives(Deleted.class));
        router.route("POST", "/v1/conversations/{conversation_id}/items", this::addItems,
                describe("createConversationItems", "Add items to a conversation").takes(ItemsRequest.class)
                        .gives(ItemList.class).reads(Include.PARAMETER));
        router.route("GET", "/v1/conversations/{conversation_id}/items", this::items,
                describe("listConversationItems", "List a conversation's items").gives(ItemList.class)
                        .reads(Parameter.integer("limit", "How many items at most; 20 by default.", 1, 100),
                                Parameter.order(), Parameter.after(), Include.PARAMETER));
        router.route("GET", "/v1/conversations/{conversation_id}/items/{item_id}", this::item,
                describe("getConversationItem", "Retrieve an item").gives(ResponseItem.class)
                        .reads(Include.PARAMETER));
        router.route("DELETE", "/v1/conversations/{conversation_id}/items/{item_id}", this::deleteItem,
                describe("deleteConversationItem",
                        "Delete an item; the calls of one reply and their outputs go together")
                        .gives(ConversationObject.class));
    }

    private static ConversationObject shown(AssistantThread thread) {
        return new ConversationObject(
                ResponseIds.conversation(thread.id()), thread.createdAt(), thread.metadata());
    }

    void create(Exchange exchange) {
        ConversationRequest request = exchange.body(ConversationRequest::read);
        exchange.send(shown(contents.create(exchange.project(), request.metadata(), request.items())));
    }

    void get(Exchange exchange) {
        exchange.send(shown(conversations.thread(exchange.project(), threadId(exchange))));
    }

    void modify(Exchange exchange) {
        ConversationChange change = exchange.body(ConversationChange::read);
        String id = threadId(exchange);
        exchange.send(shown(conversations.modify(
                exchange.project(), id,
                thread -> new AssistantThread(
                        thread.id(), thread.createdAt(), change.metadata(), thread.toolResources()))));
    }

    void delete(Exchange exchange) {
        String id = threadId(exchange);
        Deleted _ = runs.deleteThread(exchange.project(), id);
        exchange.send(Deleted.of(ResponseIds.conversation(id), "conversation.deleted"));
    }

    void addItems(Exchange exchange) {
        ThreadItems shown = new ThreadItems(Include.of(exchange));
        ItemsRequest request = exchange.body(ItemsRequest::read);
        String id = threadId(exchange);
        exchange.send(ItemList.of(shown.of(contents.add(exchange.project(), id, request.items())), false));
    }

    void items(Exchange exchange) {
        exchange.send(ItemPages.of(
                contents, exchange.project(), threadId(exchange), exchange.page(),
                new ThreadItems(Include.of(exchange))));
    }

    void item(Exchange exchange) {
        String id = itemId(exchange);
        ThreadItems shown = new ThreadItems(Include.of(exchange));
        Optional<ThreadEntry> entry = contents.find(exchange.project(), threadId(exchange), ItemIds.entry(id));
        List<ResponseItem> items = entry.map(shown::of).orElse(List.of());
        exchange.send(items.stream().filter(item -> item.id().equals(id)).findFirst()
                .orElseThrow(() -> RejectedException.notFound("item", id)));
    }

    void deleteItem(Exchange exchange) {
        String threadId = threadId(exchange);
        contents.delete(exchange.project(), threadId, ItemIds.entry(itemId(exchange)));
        exchange.send(shown(conversations.thread(exchange.project(), threadId)));
    }

    /** The conversation's thread. The refusal names the conversation as the request does. */
    private String threadId(Exchange exchange) {
        String id = exchange.id("conversation_id", "");
        String threadId = ResponseIds.thread(id);
        if (!contents.has(exchange.project(), threadId)) {
            throw RejectedException.notFound("conversation", id);
        }
        return threadId;
    }

    private static String itemId(Exchange exchange) {
        return exchange.id("item_id", "");
    }
}
