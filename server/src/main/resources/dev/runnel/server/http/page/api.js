/** The public API, by `fetch`: an `EventSource` can neither send a POST nor a key. */

/** @typedef {Record<string, any>} Json */
/** @typedef {{id: number, name: string, data: string}} ServerEvent `id` is 0 where the event has none */

const ROOT = new URL("v1/", document.baseURI);
const KEY = "runnel.key";
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** The address of this server's API for programs. */
export const BASE_URL = ROOT.href.replace(/\/$/, "");

/** An error of the server, or the reason why the server was not reached (`status` 0). */
export class ApiError extends Error {
    /**
     * @param {number} status
     * @param {Json} error the protocol's error object
     * @param {string} requestId
     */
    constructor(status, error, requestId) {
        super(error.message || `The server answered ${status}.`);
        this.status = status;
        this.code = error.code ?? null;
        this.param = error.param ?? null;
        this.requestId = requestId;
    }

    /** Whether the same request may succeed a little later. */
    get passing() {
        return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
    }
}

/** The key of this tab: it is gone when the tab is closed. */
export function key() {
    return sessionStorage.getItem(KEY) ?? "";
}

/** @param {string} value the new key; empty for none */
export function useKey(value) {
    if (value) {
        sessionStorage.setItem(KEY, value);
    } else {
        sessionStorage.removeItem(KEY);
    }
}

/**
 * Sends a request, and returns the answer as soon as its head has arrived.
 *
 * @param {string} method
 * @param {string} path below `/v1/`
 * @param {{body?: Json | FormData, signal?: AbortSignal, once?: string}} [options] `once` is an idempotency key
 */
async function request(method, path, { body, signal, once } = {}) {
    const headers = new Headers();
    if (key()) {
        headers.set("authorization", `Bearer ${key()}`);
    }
    if (once) {
        headers.set("idempotency-key", once);
    }
    const form = body instanceof FormData;
    if (body && !form) {
        headers.set("content-type", "application/json");
    }
    const response = await reach(new URL(path, ROOT), {
        method, headers, signal, cache: "no-store", body: form ? body : body && JSON.stringify(body),
    });
    if (response.ok) {
        return response;
    }
    const told = await response.json().catch(() => ({}));
    if (response.status === 401) {
        dispatchEvent(new CustomEvent("runnel:unauthorized"));
    }
    throw new ApiError(response.status, told.error ?? {}, response.headers.get("x-request-id") ?? "");
}

/**
 * @param {URL} url
 * @param {RequestInit} init
 */
async function reach(url, init) {
    try {
        return await fetch(url, init);
    } catch (e) {
        if (init.signal?.aborted) {
            throw e;
        }
        throw new ApiError(0, { message: "The server cannot be reached." }, "");
    }
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<Json>}
 */
export async function get(path, signal) {
    return (await request("GET", path, { signal })).json();
}

/**
 * Gets, and tries again for as long as the server is away.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(connected: boolean) => void} changed is told when the server is away
 * @returns {Promise<Json>}
 */
export async function getInTheEnd(path, signal, changed) {
    for (let failures = 0;; failures++) {
        try {
            return await get(path, signal);
        } catch (e) {
            if (!(e instanceof ApiError && e.passing)) {
                throw e;
            }
        }
        changed(false);
        await pause(wait(failures), signal);
    }
}

/**
 * Sends a POST. While the server is away, a request that creates an object is repeated with the same idempotency key, so that
 * it creates one object.
 *
 * @param {string} path
 * @param {Json} [body]
 * @returns {Promise<Json>}
 */
export async function post(path, body) {
    const once = crypto.randomUUID();
    for (let tries = 0;; tries++) {
        try {
            return await (await request("POST", path, { body: body ?? {}, once })).json();
        } catch (e) {
            if (!(e instanceof ApiError && e.status === 0) || tries === 2) {
                throw e;
            }
            await pause(wait(tries + 1));
        }
    }
}

/**
 * @param {string} path
 * @returns {Promise<Json>}
 */
export async function remove(path) {
    return (await request("DELETE", path)).json();
}

/**
 * @param {File} file
 * @param {string} purpose
 * @returns {Promise<Json>} the file object
 */
export async function upload(file, purpose) {
    const form = new FormData();
    form.append("purpose", purpose);
    form.append("file", file, file.name);
    return (await request("POST", "files", { body: form })).json();
}

/**
 * A file's content. An `img` cannot send the key, so it gets a blob's URL.
 *
 * @param {string} id
 * @returns {Promise<Blob>}
 */
export async function content(id) {
    return (await request("GET", `files/${id}/content`)).blob();
}

/**
 * All objects of a list, page by page.
 *
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<Json[]>}
 */
export async function* pages(path, signal) {
    let after = "";
    for (;;) {
        const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=100${after && `&after=${after}`}`, signal);
        yield page.data;
        if (!page.has_more || page.data.length === 0) {
            return;
        }
        after = page.data.at(-1).id;
    }
}

/** Turns pieces of a stream, cut anywhere, into whole events. */
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
 * The events of a body, in groups as they arrive.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<ServerEvent[]>}
 */
async function* readEvents(body) {
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

/**
 * A run's events after a number, through all rounds of tool calls to the run's end, each once: after a break it goes on after
 * the last event. It ends early only if the signal says so. It throws errors that do not pass.
 *
 * @param {string} path the run's, `threads/…/runs/…`
 * @param {number} after
 * @param {AbortSignal} signal
 * @param {(connected: boolean) => void} changed is told when the connection comes and goes
 * @returns {AsyncGenerator<ServerEvent[]>}
 */
export async function* follow(path, after, signal, changed) {
    let position = after;
    let failures = 0;
    while (!signal.aborted) {
        try {
            const response = await request("GET", `${path}?stream=true&follow=true&starting_after=${position}`, { signal });
            if (response.status === 204 || !response.body) {
                return;
            }
            changed(true);
            for await (const events of readEvents(response.body)) {
                failures = 0;
                const last = events.at(-1);
                const ended = last?.name === "done";
                const told = events.filter(event => event.id > position);
                position = told.at(-1)?.id ?? position;
                yield told;
                if (ended) {
                    return;
                }
            }
        } catch (e) {
            if (signal.aborted || (e instanceof ApiError && !e.passing)) {
                throw e;
            }
        }
        changed(false);
        await pause(wait(failures++), signal);
    }
}

/** @param {number} failures how often it has failed before */
function wait(failures) {
    return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.75 + Math.random() / 2);
}

/**
 * Waits, but goes on at once when the network comes back.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 */
function pause(milliseconds, signal) {
    return new Promise(resolve => {
        const over = () => {
            clearTimeout(timer);
            removeEventListener("online", over);
            signal?.removeEventListener("abort", over);
            resolve(undefined);
        };
        const timer = setTimeout(over, milliseconds);
        addEventListener("online", over);
        signal?.addEventListener("abort", over);
    });
}
