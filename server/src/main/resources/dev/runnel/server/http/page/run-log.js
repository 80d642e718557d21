/** The logs of runs, read while somebody looks at them: one connection for each, however many views show it. */

import { getInTheEnd, follow, ApiError } from "./api.js";
import { RunFold } from "./fold.js";

/**
 * @typedef {Record<string, any>} Json
 * @typedef {{id: number, name: string, data: string, time: number, exact: boolean}} LogEvent `time` is in milliseconds
 *     since the run's creation, in whole seconds unless it is `exact`
 * @typedef {"connecting" | "live" | "away" | "ended" | "gone" | "refused"} LogState
 */

/** While a page is hidden the browser paints nothing; what it shows is still to be true when it comes back. */
const HIDDEN_WAIT = 250;

/** How long after its first events a log that is under way may take to show what had happened before. */
const CATCHING_UP = 300;

/** How old a run can be, in milliseconds, for all its events to be seen as they happen: its creation is told in whole seconds. */
const FRESH = 1_500;

const STAMPS = ["created_at", "started_at", "completed_at", "cancelled_at", "failed_at", "incomplete_at", "expired_at"];

const ENDED = new Set(["completed", "incomplete", "failed", "cancelled", "expired"]);

/** @param {string | undefined} status of a run */
export function hasEnded(status) {
    return ENDED.has(status ?? "");
}

/** When events happened: to the millisecond if they were seen happening, or else to the second, as the objects tell. */
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
        this.created ||= this.latest;
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

/** One run's log as far as it has been read, and what it folds to. */
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
        /** Grows with every change: what is shown of it is out of date if it shows another. */
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
            if (!this.stop.signal.aborted) {
                this.error = /** @type {Error} */ (e);
                this.#is(e instanceof ApiError && e.status === 410 ? "gone" : "refused");
            }
        }
    }

    /** The run as far as it has been read; before that, and where its events are gone, as it was asked for. */
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
 * Reads a run's log for as long as it is wanted.
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
