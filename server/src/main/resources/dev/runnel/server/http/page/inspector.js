/** The inspector of a run: its log, its state after any event, its times, its steps, and the outputs that it waits for. */

import { html, useMemo, useState } from "./lib/preact.js";
import { post } from "./api.js";
import { useLog, useShared } from "./context.js";
import { EventDetails, EventList, kindOf, KINDS } from "./events.js";
import { ToolCall } from "./message.js";
import { CopyButton, Id, IconButton, JsonView, Problem, Status, duration } from "./parts.js";
import { go, link } from "./route.js";
import { hasEnded } from "./run-log.js";
import { Timeline, timesOf } from "./timeline.js";
import { ToolForm } from "./tool-form.js";
import { outcome } from "./words.js";

/** @typedef {Record<string, any>} Json */

const TABS = ["log", "steps", "run"];

/** @param {{threadId: string, runId: string}} props */
export function Inspector({ threadId, runId }) {
    const { route, show } = useShared();
    const log = useLog(threadId, runId);
    const [tab, setTab] = useState("log");
    const run = log?.latestRun ?? null;
    const to = (/** @type {Partial<import("./route.js").Route>} */ change) =>
        go({ id: threadId, run: runId, event: route.event, kind: route.kind, ...change }, true);
    return html`<aside class="inspector" aria-label="Run">
        <header class="bar">
            <h2>Run</h2>${run && html`<${Status} status=${run.status} />`}
            ${log?.state === "away" && html`<span class="status away">reconnecting</span>`}
            <span class="grow"></span>
            <${CopyButton} text=${() => new URL(link(route), location.href).href} label="Copy a link to this view" />
            <${CopyButton} text=${() => jsonLines(log?.events ?? [])} label="Copy the log as JSON lines" words="JSON lines" />
            ${run && html`<${IconButton} icon="code" label="As code" onClick=${() => show("code", { kind: "run", run })} />`}
            <${IconButton} icon="close" label="Close the inspector" onClick=${() => go({ id: threadId })} />
        </header>
        ${!log || !run ? html`<div class="pad"><${Problem} error=${log?.error ?? null} />${!log?.error && html`<p class="hint">Loading the run.</p>`}</div>`
            : html`<${Summary} log=${log} run=${run} />
                <nav class="tabs" aria-label="Parts of the run">${TABS.map(it => html`<button type="button" aria-pressed=${tab === it}
                    onClick=${() => setTab(it)}>${it === "log" ? `Log ${log.events.length}` : it === "steps" ? `Steps ${log.fold.steps.size}` : "Run"}</button>`)}
                    <span class="grow"></span>
                    ${tab === "log" && html`<select aria-label="Kinds of events" value=${route.kind} onChange=${
                        (/** @type {any} */ event) => to({ kind: event.target.value, event: 0 })}>
                        <option value="">All events</option>${KINDS.map(it => html`<option value=${it}>${it}</option>`)}</select>`}
                </nav>
                ${tab === "log" ? html`<${Log} log=${log} kind=${route.kind} event=${route.event} onSelect=${(/** @type {number} */ event) => to({ event })} />`
                    : html`<div class="pad scroll" tabindex="0" role="region" aria-label=${tab}>${tab === "steps" ? html`<${Steps} log=${log} />`
                        : html`<${JsonView} value=${run} />`}</div>`}`}
    </aside>`;
}

/** @param {import("./run-log.js").LogEvent[]} events */
function jsonLines(events) {
    return events.map(it => `{"id":${it.id},"event":${JSON.stringify(it.name)},"data":${it.data}}`).join("\n");
}

/** @param {{log: import("./run-log.js").RunLog, run: Json}} props */
function Summary({ log, run }) {
    const { say } = useShared();
    const why = outcome(run);
    const times = timesOf(log);
    const usage = run.usage;
    const cancel = () => post(`${log.path}/cancel`).catch(e => say(e.message));
    return html`<div class="summary">
        <div class="line"><${Id} id=${run.id} />${!hasEnded(run.status) && run.status !== "cancelling"
            && html`<button type="button" class="quiet" onClick=${cancel}>Cancel the run</button>`}</div>
        <dl>
            <div><dt>Model</dt><dd>${run.model}</dd></div>
            <div><dt>Took</dt><dd>${about(times.total, times.exact)}</dd></div>
            <div><dt>First token</dt><dd>${times.first === null ? "–" : about(times.first, times.exact)}</dd></div>
            <div><dt>Tokens</dt><dd>${usage ? `${usage.prompt_tokens} in, ${usage.completion_tokens} out` : "–"}</dd></div>
            <div><dt>Tokens/s</dt><dd>${times.writing > 0 && usage ? `${times.exact ? "" : "≈ "}${(usage.completion_tokens / times.writing * 1_000).toFixed(0)}` : "–"}</dd></div>
        </dl>
        <${Timeline} log=${log} />
        ${why && html`<div class=${`callout ${run.status === "failed" ? "bad" : ""}`}><p><strong>${why.title}.</strong> ${why.text}</p></div>`}
        ${log.state === "gone" && html`<div class="callout"><p>The run's events are no longer kept. Its steps and messages are.</p></div>`}
        ${run.status === "requires_action" && html`<${ToolForm} run=${run} />`}
    </div>`;
}

/**
 * @param {number} milliseconds
 * @param {boolean} exact
 */
function about(milliseconds, exact) {
    return exact ? duration(milliseconds) : milliseconds < 1_000 ? "< 1 s" : `≈ ${Math.round(milliseconds / 1_000)} s`;
}

/** @param {{log: import("./run-log.js").RunLog, kind: string, event: number, onSelect: (event: number) => void}} props */
function Log({ log, kind, event, onSelect }) {
    const shown = useMemo(() => kind ? log.events.filter(it => kindOf(it.name) === kind) : log.events, [log, log.events.length, kind]);
    const selected = log.events.find(it => it.id === event);
    return html`<div class="log">
        <${EventList} events=${shown} count=${shown.length} selected=${shown.findIndex(it => it.id === event)} live=${log.state === "live"}
            onSelect=${(/** @type {number} */ i) => onSelect(shown[i].id)} />
        ${selected && html`<${EventDetails} key=${selected.id} log=${log} event=${selected} onClose=${() => onSelect(0)} />`}
    </div>`;
}

/** @param {{log: import("./run-log.js").RunLog}} props */
function Steps({ log }) {
    const steps = [...log.fold.steps.values()];
    return steps.length === 0 ? html`<p class="hint">No steps yet.</p>` : html`<ol class="steps">${steps.map(step => html`<li key=${step.id}>
        <div class="line"><strong>${step.type === "tool_calls" ? "Tool calls" : "Message"}</strong><${Status} status=${step.status} />
            ${step.usage && html`<span class="hint">${step.usage.prompt_tokens} tokens in, ${step.usage.completion_tokens} out</span>`}</div>
        <${Id} id=${step.id} />
        ${step.last_error && html`<p class="callout bad">${step.last_error.message}</p>`}
        ${step.step_details.tool_calls?.map((/** @type {Json} */ call) => html`<${ToolCall} key=${call.id} call=${call} open />`)}
    </li>`)}</ol>`;
}
