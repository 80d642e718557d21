/**
 * The fold: a run's events in, its run, messages and run steps out, by the rules of the server's and the Java client's own
 * fold. Tests run both on the same fixtures. A snapshot event replaces the object that it names; a delta grows it.
 *
 * @typedef {Record<string, any>} Json
 */

const RUN = /^thread\.run\.(created|queued|in_progress|requires_action|completed|incomplete|failed|cancelling|cancelled|expired)$/;

/** The objects of a run after its events so far. They grow in place: copy an object that must not change. */
export class RunFold {
    constructor() {
        /** @type {Json | null} */
        this.thread = null;
        /** @type {Json | null} */
        this.run = null;
        /** @type {Map<string, Json>} */
        this.messages = new Map();
        /** @type {Map<string, Json>} */
        this.steps = new Map();
    }

    /**
     * Applies one event. Apply events in the log's order, each once.
     *
     * @param {string} name
     * @param {Json} data is kept: do not change it
     */
    apply(name, data) {
        if (name === "thread.message.delta") {
            const message = seen(this.messages, data.id, () => this.#unseenMessage(data.id));
            grow(message.content, data.delta?.content ?? [], growContent);
        } else if (name === "thread.run.step.delta") {
            const step = seen(this.steps, data.id, () => this.#unseenStep(data.id));
            if (step.step_details.type !== "tool_calls") {
                step.step_details = { type: "tool_calls", tool_calls: [] };
            }
            grow(step.step_details.tool_calls, data.delta?.step_details?.tool_calls ?? [], growCall);
        } else if (name.startsWith("thread.message.")) {
            this.messages.set(data.id, structuredClone(data));
        } else if (name.startsWith("thread.run.step.")) {
            this.steps.set(data.id, structuredClone(data));
        } else if (RUN.test(name)) {
            this.run = data;
        } else if (name === "thread.created") {
            this.thread = data;
        }
    }

    /** All objects as one value that does not change any more. */
    snapshot() {
        return structuredClone({
            thread: this.thread, run: this.run, messages: [...this.messages.values()], steps: [...this.steps.values()],
        });
    }

    /** @param {string} id */
    #unseenMessage(id) {
        const run = this.run;
        return {
            id, object: "thread.message", created_at: 0, assistant_id: run?.assistant_id ?? null,
            thread_id: run?.thread_id ?? "", run_id: run?.id ?? null, status: "in_progress", incomplete_details: null,
            completed_at: null, incomplete_at: null, role: "assistant", content: [], attachments: [], metadata: {},
        };
    }

    /** @param {string} id */
    #unseenStep(id) {
        const run = this.run;
        return {
            id, object: "thread.run.step", created_at: 0, run_id: run?.id ?? "", assistant_id: run?.assistant_id ?? "",
            thread_id: run?.thread_id ?? "", type: "tool_calls", status: "in_progress", cancelled_at: null,
            completed_at: null, expired_at: null, expires_at: null, failed_at: null, last_error: null,
            step_details: { type: "tool_calls", tool_calls: [] }, metadata: {}, usage: null,
        };
    }
}

/**
 * @param {Map<string, Json>} objects
 * @param {string} id
 * @param {() => Json} make
 * @returns {Json}
 */
function seen(objects, id, make) {
    let object = objects.get(id);
    if (!object) {
        object = make();
        objects.set(id, object);
    }
    return object;
}

/**
 * Grows a list by deltas. An index that is too high opens the next entry; one that is missing or negative is the position in the delta.
 *
 * @param {Json[]} entries
 * @param {Json[]} deltas
 * @param {(old: Json | null, delta: Json) => Json} growOne
 */
function grow(entries, deltas, growOne) {
    deltas.forEach((delta, position) => {
        const index = Number.isInteger(delta.index) && delta.index >= 0 ? delta.index : position;
        const at = Math.min(index, entries.length);
        entries[at] = growOne(entries[at] ?? null, delta);
    });
}

/**
 * @param {Json | null} old
 * @param {Json} delta
 * @returns {Json}
 */
function growContent(old, delta) {
    if (isOrLacksType(delta, "text") && isObject(delta.text)) {
        const text = old?.type === "text" ? old.text : { value: "", annotations: [] };
        text.value += delta.text.value ?? "";
        text.annotations.push(...(delta.text.annotations ?? []).map(settled));
        return { type: "text", text };
    }
    if (isOrLacksType(delta, "refusal") && "refusal" in delta) {
        return { type: "refusal", refusal: (old?.type === "refusal" ? old.refusal : "") + (delta.refusal ?? "") };
    }
    const known = old && old.type !== "text" && old.type !== "refusal" && (!old.type || old.type === delta.type);
    return withoutIndex(merge(known ? old : {}, delta));
}

/**
 * An annotation as the finished message shows it: `index` and `quote` stand in deltas only.
 *
 * @param {Json} annotation
 */
function settled(annotation) {
    const copy = withoutIndex(structuredClone(annotation));
    if (copy.file_citation) {
        delete copy.file_citation.quote;
    }
    return copy;
}

/**
 * @param {Json | null} old
 * @param {Json} delta
 * @returns {Json}
 */
function growCall(old, delta) {
    if (isOrLacksType(delta, "function") && isObject(delta.function)) {
        const call = old?.type === "function"
            ? old : { id: "", type: "function", function: { name: "", arguments: "", output: null } };
        const { name, arguments: args, output } = delta.function;
        call.id += delta.id ?? "";
        call.function.name += name ?? "";
        call.function.arguments += args ?? "";
        call.function.output = output == null ? call.function.output : (call.function.output ?? "") + output;
        return call;
    }
    const call = withoutIndex(merge(old && old.type !== "function" ? old : {}, delta));
    call.code_interpreter?.outputs?.forEach(withoutIndex);
    return call;
}

/**
 * The merge that official SDKs share: strings are concatenated, numbers added, objects merged, arrays of objects merged by
 * their entries' `index`, arrays of primitives appended to; a null over a value is ignored; for values that do not fit, the
 * last one wins.
 *
 * @param {Json} into
 * @param {Json} delta
 */
function merge(into, delta) {
    for (const [name, value] of Object.entries(delta)) {
        const old = into[name];
        if (old == null || name === "index" || name === "type") {
            into[name] = structuredClone(value);
        } else if (value != null) {
            into[name] = mergeValues(old, value);
        }
    }
    return into;
}

/**
 * @param {any} old
 * @param {any} value
 * @returns {any}
 */
function mergeValues(old, value) {
    if ((typeof old === "string" && typeof value === "string") || (typeof old === "number" && typeof value === "number")) {
        return /** @type {any} */ (old) + value;
    }
    if (Array.isArray(old) && Array.isArray(value)) {
        return mergeArrays(old, value);
    }
    return isObject(old) && isObject(value) ? merge(old, value) : structuredClone(value);
}

/**
 * @param {any[]} into
 * @param {any[]} delta
 */
function mergeArrays(into, delta) {
    const append = into.every(entry => !isObject(entry) && !Array.isArray(entry));
    for (const entry of delta) {
        const index = entry?.index;
        if (append || !Number.isInteger(index) || index < 0 || index >= into.length) {
            into.push(structuredClone(entry));
        } else {
            into[index] = mergeValues(into[index], entry);
        }
    }
    return into;
}

/**
 * @param {Json} json
 * @returns {Json}
 */
function withoutIndex(json) {
    delete json.index;
    return json;
}

/** @param {any} value */
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {Json} json
 * @param {string} type
 */
function isOrLacksType(json, type) {
    return json.type == null || json.type === type;
}
