package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import java.util.ArrayList;
import java.util.List;

/** A response's output so far, and the events that it has become, with their numbers. For one thread. */
final class Output {
    private final List<Growing> items = new ArrayList<>();
    private final List<ResponseEvent> events = new ArrayList<>();
    private long next;

    /** The number of the next event. */
    long next() {
        return next;
    }

    /** The place of the next item. */
    int size() {
        return items.size();
    }

    List<Growing> growing() {
        return List.copyOf(items);
    }

    List<ResponseItem> items() {
        return items.stream().map(Growing::item).toList();
    }

    /** The events since the last call. */
    List<ResponseEvent> take() {
        List<ResponseEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** Adds an event, which has the {@linkplain #next next} number. */
    void add(ResponseEvent event) {
        next++;
        events.add(event);
    }

    void begin(Growing item) {
        items.add(item);
        add(new ResponseEvent.ItemChanged("response.output_item.added", next, item.index, item.item()));
    }

    void end(Growing item, String status) {
        item.status = status;
        item.open = false;
        add(new ResponseEvent.ItemChanged("response.output_item.done", next, item.index, item.item()));
    }

    void beginPart(Growing item, int index, JsonValue part) {
        part("added", item, index, part);
    }

    void endPart(Growing item, int index, JsonValue part) {
        part("done", item, index, part);
    }

    private void part(String what, Growing item, int index, JsonValue part) {
        add(new ResponseEvent.PartChanged("response.content_part." + what, next, item.id, item.index, index, part));
    }
}
