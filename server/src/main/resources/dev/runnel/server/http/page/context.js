/** The state that all views share, and a run's log for a view. */

import { createContext, useContext, useEffect, useState } from "./lib/preact.js";
import { readLog } from "./run-log.js";

/**
 * @typedef {Record<string, any>} Json
 * @typedef {{ route: import("./route.js").Route, models: string[], assistants: Json[], hasStores: boolean, refresh: () => void,
 *     threadsChanged: () => void, say: (words: string) => void, show: (dialog: string, about?: any) => void, }} PageContext
 *     `refresh` loads assistants and models again; `say` shows a message for a moment
 */

export const Shared = createContext(/** @type {PageContext} */ (/** @type {unknown} */ (null)));

/** @returns {PageContext} */
export function useShared() {
    return useContext(Shared);
}

/**
 * A run's log, read while the view exists.
 *
 * @param {string} threadId
 * @param {string} runId empty for none
 * @returns {import("./run-log.js").RunLog | null}
 */
export function useLog(threadId, runId) {
    const [, shown] = useState(0);
    const [log, setLog] = useState(/** @type {import("./run-log.js").RunLog | null} */ (null));
    useEffect(() => {
        if (!runId) {
            setLog(null);
            return undefined;
        }
        const reading = readLog(threadId, runId, () => shown(reading.log.version));
        setLog(reading.log);
        return reading.close;
    }, [threadId, runId]);
    return log?.runId === runId ? log : null;
}
