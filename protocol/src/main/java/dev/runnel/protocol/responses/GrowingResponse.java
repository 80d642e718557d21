package dev.runnel.protocol.responses;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fold of a response: the events of its stream in, the response out, as far as it has grown.
 *
 * <p>A snapshot of the response replaces it with its whole output, a snapshot of an item replaces the item, and a delta grows
 * the item that it names. The same events always give the same response. After the last event it equals the one in that event.
 * A delta for an item that has not begun creates the item, and an unknown event changes nothing.
 *
 * <p>Not thread-safe. Applying a delta costs time in proportion to the delta; objects are built on request.
 */
public final class GrowingResponse {
    private @Nullable ResponseObject base;

    /** By their places. A server may leave out places, and those may be large: so it is no list. */
    private final Map<Integer, GrowingItem> output = new TreeMap<>();

    /** A fold of no event yet. */
    public GrowingResponse() {}

    /** Applies one event. Apply events in their order, each once. */
    public void apply(ResponseEvent event) {
        if (event instanceof ResponseEvent.TextDelta delta) {
            message(delta.outputIndex(), delta.itemId()).text(delta.contentIndex()).append(delta.delta());
        } else if (event instanceof ResponseEvent.ArgumentsDelta delta) {
            call(delta.outputIndex(), delta.itemId()).arguments().append(delta.delta());
        } else if (event instanceof ResponseEvent.PartDelta delta) {
            grow(delta);
        } else if (event instanceof ResponseEvent.Changed changed) {
            replace(changed.response());
        } else if (event instanceof ResponseEvent.ItemChanged changed) {
            output.put(changed.outputIndex(), new GrowingItem(changed.item()));
        } else if (event instanceof ResponseEvent.PartChanged changed) {
            partItem(changed).part(changed.contentIndex(), changed.part());
        } else if (event instanceof ResponseEvent.AnnotationAdded added) {
            message(added.outputIndex(), added.itemId()).text(added.contentIndex()).annotate(added.annotation());
        } else if (event instanceof ResponseEvent.TextDone done) {
            message(done.outputIndex(), done.itemId()).text(done.contentIndex()).set(done.text());
        } else if (event instanceof ResponseEvent.RefusalDone done) {
            message(done.outputIndex(), done.itemId()).refusal(done.contentIndex()).set(done.refusal());
        } else if (event instanceof ResponseEvent.ReasoningDone done) {
            reasoning(done.outputIndex(), done.itemId()).reasoning(done.contentIndex()).set(done.text());
        } else if (event instanceof ResponseEvent.ArgumentsDone done) {
            StringBuilder arguments = call(done.outputIndex(), done.itemId()).arguments();
            arguments.setLength(0);
            arguments.append(done.arguments());
        }
    }

    private void replace(ResponseObject response) {
        base = response;
        output.clear();
        for (ResponseItem item : response.output()) {
            output.put(output.size(), new GrowingItem(item));
        }
    }

    private void grow(ResponseEvent.PartDelta delta) {
        GrowingPart part = delta.type().startsWith("response.refusal.")
                ? message(delta.outputIndex(), delta.itemId()).refusal(delta.contentIndex())
                : reasoning(delta.outputIndex(), delta.itemId()).reasoning(delta.contentIndex());
        part.append(delta.delta());
    }

    private GrowingItem partItem(ResponseEvent.PartChanged changed) {
        return changed.part().get("type").text().equals("reasoning_text")
                ? reasoning(changed.outputIndex(), changed.itemId())
                : message(changed.outputIndex(), changed.itemId());
    }

    private GrowingItem message(int place, String id) {
        return output.computeIfAbsent(place, unseen -> new GrowingItem(
                new ResponseItem.Message(id, GrowingItem.IN_PROGRESS, "assistant", List.of())));
    }

    private GrowingItem reasoning(int place, String id) {
        return output.computeIfAbsent(place, unseen -> new GrowingItem(
                new ResponseItem.Reasoning(id, List.of(), List.of(), GrowingItem.IN_PROGRESS)));
    }

    private GrowingItem call(int place, String id) {
        return output.computeIfAbsent(place, unseen -> new GrowingItem(
                new ResponseItem.FunctionCall(id, "", "", "", GrowingItem.IN_PROGRESS)));
    }

    /** The response; empty before the first event that has it. */
    public Optional<ResponseObject> response() {
        return Optional.ofNullable(base).map(response -> response.withOutput(output()));
    }

    /** The response as its last snapshot event gave it, without what has grown since; empty before the first one. */
    public Optional<ResponseObject> snapshot() {
        return Optional.ofNullable(base);
    }

    /** The items of the output, in their order. */
    public List<ResponseItem> output() {
        List<ResponseItem> items = new ArrayList<>(output.size());
        output.values().forEach(item -> items.add(item.snapshot()));
        return items;
    }
}
