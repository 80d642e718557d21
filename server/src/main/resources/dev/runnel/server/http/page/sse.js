/**
 * Reads an event stream as a run's stream is written: `id`, `event` and one `data` line.
 *
 * @typedef {{id: number, name: string, data: string}} ServerEvent `id` is 0 where the event has none
 */

/** Takes pieces of a stream, cut anywhere, and gives whole events. */
export class SseParser {
    constructor() {
        this.rest = "";
        this.id = "";
        this.name = "";
        /** @type {string[]} */
        this.data = [];
    }

    /**
     * @param {string} piece
     * @returns {ServerEvent[]} the events that it completes
     */
    feed(piece) {
        const lines = (this.rest + piece).split("\n");
        this.rest = lines.pop() ?? "";
        /** @type {ServerEvent[]} */
        const events = [];
        for (const line of lines) {
            this.#line(line.endsWith("\r") ? line.slice(0, -1) : line, events);
        }
        return events;
    }

    /**
     * @param {string} line
     * @param {ServerEvent[]} events
     */
    #line(line, events) {
        if (line === "") {
            if (this.data.length > 0) {
                events.push({ id: Number(this.id) || 0, name: this.name, data: this.data.join("\n") });
            }
            this.id = "";
            this.name = "";
            this.data = [];
            return;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
        if (field === "data") {
            this.data.push(value);
        } else if (field === "event") {
            this.name = value;
        } else if (field === "id") {
            this.id = value;
        }
    }
}

/**
 * The events of a body, as many at a time as have come.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<ServerEvent[]>}
 */
export async function* readEvents(body) {
    const parser = new SseParser();
    const reader = body.getReader();
    const decoder = new TextDecoder();
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) {
                return;
            }
            const events = parser.feed(decoder.decode(value, { stream: true }));
            if (events.length > 0) {
                yield events;
            }
        }
    } finally {
        reader.cancel().catch(() => {}); // it may have broken off already
    }
}
