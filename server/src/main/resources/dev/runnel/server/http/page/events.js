/** A run's events: the list, and one event with the run's state after it. */

import { html, useMemo, useState } from "./lib/preact.js";
import { RunFold } from "./fold.js";
import { CopyButton, IconButton, JsonView } from "./parts.js";
import { VirtualList } from "./virtual.js";

/**
 * @typedef {Record<string, any>} Json
 * @typedef {import("./run-log.js").LogEvent} LogEvent
 */

const ROW = 30;
const SUMMARY = 160;

/** The kinds of events for the filter. */
export const KINDS = ["run", "step", "message", "delta"];

/** @param {string} name */
export function kindOf(name) {
    return name.endsWith(".delta") ? "delta" : name.startsWith("thread.message.") ? "message"
        : name.startsWith("thread.run.step.") ? "step" : "run";
}

/**
 * An event in a few words.
 *
 * @param {LogEvent} event
 */
function summary(event) {
    const json = JSON.parse(event.data);
    if (event.name === "thread.message.delta") {
        return JSON.stringify((json.delta.content ?? []).map((/** @type {Json} */ part) => part.text?.value ?? part.refusal ?? part.type).join(""));
    }
    if (event.name === "thread.run.step.delta") {
        return (json.delta.step_details?.tool_calls ?? []).map((/** @type {Json} */ call) =>
            [call.function?.name, call.function?.arguments, call.function?.output].filter(Boolean).join(" ")).join(", ");
    }
    return json.last_error?.message ?? json.id;
}

/** @param {{events: LogEvent[], count: number, selected: number, live: boolean, onSelect: (index: number) => void}} props */
export function EventList({ events, selected, live, onSelect }) {
    const moves = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity });
    const pressed = (/** @type {KeyboardEvent} */ event) => {
        if (event.key in moves && events.length > 0) {
            event.preventDefault();
            onSelect(Math.max(0, Math.min(events.length - 1, selected + moves[event.key])));
        }
    };
    return html`<${VirtualList} count=${events.length} height=${ROW} label="Events" role="listbox" onKeyDown=${pressed}
        selected=${selected} stick=${live} active=${selected < 0 ? undefined : `event-${events[selected].id}`}
        row=${(/** @type {number} */ i) => html`<${EventRow} key=${events[i].id} event=${events[i]} selected=${i === selected}
            onSelect=${() => onSelect(i)} />`} />`;
}

/** @param {{event: LogEvent, selected: boolean, onSelect: () => void}} props */
function EventRow({ event, selected, onSelect }) {
    return html`<div id=${`event-${event.id}`} role="option" aria-selected=${selected} class=${`row event of-${kindOf(event.name)}`} onClick=${onSelect}>
        <span class="number">${event.id}</span><span class="time">${time(event)}</span>
        <span class="name">${event.name.replace(/^thread\.(?=.)/, "")}</span><span class="text">${summary(event).slice(0, SUMMARY)}</span>
    </div>`;
}

/** @param {LogEvent} event */
function time(event) {
    return event.exact ? `+${(event.time / 1_000).toFixed(3)}` : `≈${Math.round(event.time / 1_000)} s`;
}

/** @param {{log: import("./run-log.js").RunLog, event: LogEvent, onClose: () => void}} props */
export function EventDetails({ log, event, onClose }) {
    const [folded, setFolded] = useState(false);
    return html`<section class="details" aria-label=${`Event ${event.id}`}>
        <header class="line">
            <button type="button" class="quiet" aria-pressed=${!folded} onClick=${() => setFolded(false)}>Event ${event.id}</button>
            <button type="button" class="quiet" aria-pressed=${folded} onClick=${() => setFolded(true)}>Snapshot after it</button>
            <span class="grow"></span>
            <${CopyButton} text=${event.data} label="Copy the event's data" />
            <${IconButton} icon="close" label="Close the event" onClick=${onClose} />
        </header>
        ${folded ? html`<${Snapshot} log=${log} id=${event.id} />` : html`<p class="hint"><code>${event.name}</code></p><${JsonView} value=${JSON.parse(event.data)} />`}
    </section>`;
}

/** The fold of the log up to an event. @param {{log: import("./run-log.js").RunLog, id: number}} props */
function Snapshot({ log, id }) {
    const value = useMemo(() => {
        const fold = new RunFold();
        for (const event of log.events) {
            if (event.id > id) {
                break;
            }
            fold.apply(event.name, JSON.parse(event.data));
        }
        return fold.snapshot();
    }, [log, id]);
    return html`<${JsonView} value=${value} />`;
}
