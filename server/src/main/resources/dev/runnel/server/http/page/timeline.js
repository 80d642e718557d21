/** The parts of a run's time: queued, the model, tools, waiting for the client. */

import { html } from "./lib/preact.js";
import { duration } from "./parts.js";

/**
 * @typedef {import("./run-log.js").RunLog} RunLog
 * @typedef {{what: "queued" | "model" | "tool" | "waiting", from: number, to: number}} Span
 */

/**
 * What a run does after an event; undefined if that event changes nothing about it.
 *
 * @param {string} name
 * @param {any} json
 * @returns {Span["what"] | undefined}
 */
function doing(name, json) {
    switch (name) {
        case "thread.run.created":
        case "thread.run.queued":
            return "queued";
        case "thread.run.in_progress":
        case "thread.message.created":
            return "model";
        case "thread.run.requires_action":
            return "waiting";
        case "thread.run.step.delta": {
            // The model has called a tool of the server, which works until its output is there.
            const call = json.delta.step_details?.tool_calls?.[0];
            return call && call.type !== "function" ? "tool" : undefined;
        }
        case "thread.run.step.completed":
            return json.type === "tool_calls" ? "model" : undefined;
        default:
            return undefined;
    }
}

/**
 * @param {RunLog} log
 * @returns {Span[]}
 */
function spansOf(log) {
    /** @type {Span[]} */
    const spans = [];
    for (const event of log.events) {
        const last = spans.at(-1);
        if (last) {
            last.to = Math.max(last.to, event.time);
        }
        if (event.name === "thread.message.delta") {
            continue; // nearly all there are
        }
        const what = doing(event.name, JSON.parse(event.data));
        if (what && what !== last?.what) {
            spans.push({ what, from: event.time, to: event.time });
        }
    }
    return spans;
}

/**
 * @param {RunLog} log
 * @returns {{total: number, first: number | null, writing: number, exact: boolean}} in milliseconds
 */
export function timesOf(log) {
    const deltas = log.events.filter(it => it.name.endsWith(".delta"));
    const first = deltas[0];
    return {
        total: log.took,
        first: first ? first.time : null,
        writing: first ? (deltas.at(-1)?.time ?? 0) - first.time : 0,
        exact: log.events.length > 0 && log.events.every(it => it.exact),
    };
}

/** @param {{log: RunLog}} props */
export function Timeline({ log }) {
    const spans = spansOf(log);
    const total = Math.max(1, log.events.at(-1)?.time ?? 1);
    const sums = /** @type {Record<string, number>} */ ({});
    for (const span of spans) {
        sums[span.what] = (sums[span.what] ?? 0) + span.to - span.from;
    }
    const words = Object.entries(sums).map(([what, time]) => `${what} ${duration(time)}`).join(", ");
    return spans.length > 0 && html`<figure class="timeline">
        <div class="track" role="img" aria-label=${`Time line: ${words}`}>${spans.map(span => html`<span class=${span.what}
            style=${{ left: `${span.from / total * 100}%`, width: `${(span.to - span.from) / total * 100}%` }}></span>`)}</div>
        <figcaption>${Object.entries(sums).map(([what, time]) => html`<span><i class=${what}></i>${what} ${duration(time)}</span>`)}</figcaption>
    </figure>`;
}
