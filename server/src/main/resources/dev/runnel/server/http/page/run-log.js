/** The logs of runs, read while views show them: one connection for each log, for any number of views. */

import { getInTheEnd, follow, pages, ApiError } from "./api.js";
import { RunFold } from "./fold.js";

/**
 * @typedef {Record<string, any>} Json
 * @typedef {{id: number, name: string, data: string, time: number, exact: boolean}} LogEvent `time` is in milliseconds
 *     since the run's creation, in whole seconds unless it is `exact`
 * @typedef {"connecting" | "live" | "away" | "ended" | "gone" | "refused"} LogState
 */

/** While a page is hidden the browser paints no frames; the page must still be up to date when it comes back. */
const HIDDEN_WAIT = 250;

/** How long after its first events a log may still bring past events. */
const CATCHING_UP = 300;

/** The greatest age of a run, in milliseconds, at which all its events count as live: its creation time is in whole seconds. */
const FRESH = 1_500;

const STAMPS = ["created_at", "started_at", "completed_at", "cancelled_at", "failed_at", "incomplete_at", "expired_at"];

const ENDED = new Set(["completed", "incomplete", "failed", "cancelled", "expired"]);

/** @param {string | undefined} status of a run */
export function hasEnded(status) {
    return ENDED.has(status ?? "");
}

/** The times of events: in milliseconds for live ones, or else in seconds, from the objects. */
class RunClock {
    constructor() {
        this.created = 0;
        this.latest = 0;
    }

    /** @param {Json} object of an event */
    see(object) {
        for (const stamp of STAMPS) {
            this.latest = Math.max(this.latest, (object[stamp] ?? 0) * 1_000);
        }
        this.created ||= (object.created_at ?? 0) * 1_000;
    }

    /** @param {number} begun when the first event came */
    isFresh(begun) {
        return begun - this.created < FRESH;
    }

    /**
     * @param {number} now
     * @param {number} begun
     */
    live(now, begun) {
        return { time: now - (this.isFresh(begun) ? begun : this.created), exact: true };
    }

    told() {
        return { time: this.latest - this.created, exact: false };
    }
}

/** One run's log as far as it has been read, and its fold. */
export class RunLog {
    /**
     * @param {string} threadId
     * @param {string} runId
     */
    constructor(threadId, runId) {
        this.threadId = threadId;
        this.runId = runId;
        this.path = `threads/${threadId}/runs/${runId}`;
        /** @type {LogEvent[]} */
        this.events = [];
        this.fold = new RunFold();
        /** @type {LogState} */
        this.state = "connecting";
        /** @type {Error | null} */
        this.error = null;
        /** @type {Json | null} */
        this.run = null;
        this.clock = new RunClock();
        this.begun = 0;
        /** Grows with every change, so that a view knows when it is out of date. */
        this.version = 0;
        /** @type {Set<() => void>} */
        this.readers = new Set();
        this.stop = new AbortController();
        this.due = false;
    }

    async read() {
        try {
            const told = (/** @type {boolean} */ live) => this.#is(live ? "live" : "away");
            this.run = await getInTheEnd(this.path, this.stop.signal, told);
            this.#changed();
            for await (const events of follow(this.path, 0, this.stop.signal, told)) {
                this.#take(events);
            }
            this.#is("ended");
        } catch (e) {
            if (e instanceof ApiError && e.status === 410) {
                await this.#readObjects();
            } else if (!this.stop.signal.aborted) {
                this.error = /** @type {Error} */ (e);
                this.#is("refused");
            }
        }
    }

    /** Reads the objects of a run whose events are gone: the run itself, and its steps. */
    async #readObjects() {
        this.clock.see(this.run ?? {});
        try {
            for await (const steps of pages(`${this.path}/steps?order=asc`, this.stop.signal)) {
                steps.forEach(it => this.fold.apply("thread.run.step.completed", it));
            }
        } catch (e) {
            this.error = /** @type {Error} */ (e);
        }
        this.#is("gone");
    }

    /** How long the run took, in milliseconds, as far as it has been read. */
    get took() {
        return this.events.at(-1)?.time ?? this.clock.told().time;
    }

    /** The run after the last event; without events, as REST returned it. */
    get latestRun() {
        return this.fold.run ?? this.run;
    }

    /** @param {import("./api.js").ServerEvent[]} events */
    #take(events) {
        const now = Date.now();
        this.begun ||= now;
        const ended = hasEnded(this.run?.status);
        for (const { id, name, data } of events) {
            const json = JSON.parse(data);
            this.fold.apply(name, json);
            this.clock.see(json);
            const live = !ended && (this.clock.isFresh(this.begun) || now - this.begun > CATCHING_UP);
            this.events.push({ id, name, data, ...(live ? this.clock.live(now, this.begun) : this.clock.told()) });
        }
        this.#changed();
    }

    /** @param {LogState} state */
    #is(state) {
        if (this.state !== state) {
            this.state = state;
            this.#changed();
        }
    }

    /** Tells the readers, once a frame at most. */
    #changed() {
        this.version++;
        if (this.due) {
            return;
        }
        this.due = true;
        const tell = () => {
            this.due = false;
            this.readers.forEach(reader => reader());
        };
        if (document.hidden) {
            setTimeout(tell, HIDDEN_WAIT);
        } else {
            requestAnimationFrame(tell);
        }
    }
}

/** @type {Map<string, RunLog>} */
const open = new Map();

/**
 * Reads a run's log as long as it has readers.
 *
 * @param {string} threadId
 * @param {string} runId
 * @param {() => void} reader is called after each change
 * @returns {{log: RunLog, close: () => void}}
 */
export function readLog(threadId, runId, reader) {
    let log = open.get(runId);
    if (!log) {
        log = new RunLog(threadId, runId);
        open.set(runId, log);
        void log.read();
    }
    const opened = log;
    opened.readers.add(reader);
    return {
        log: opened,
        close() {
            opened.readers.delete(reader);
            if (opened.readers.size === 0) {
                opened.stop.abort();
                open.delete(runId);
            }
        },
    };
}
