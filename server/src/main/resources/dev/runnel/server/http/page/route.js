/**
 * The view that the address names: a link shows the same view again.
 *
 * @typedef {{
 *   view: "threads" | "assistants" | "files",
 *   id: string,
 *   run: string,
 *   event: number,
 *   kind: string,
 * }} Route `id` names the thread, assistant or store, and is empty for a new one; `event` is 0 for none
 */

/**
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
    const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
    const [view, id = "", what = "", run = ""] = path.split("/").map(decodeURIComponent);
    const parameters = new URLSearchParams(query);
    return {
        view: view === "assistants" || view === "files" ? view : "threads",
        id,
        run: what === "runs" ? run : "",
        event: Number(parameters.get("event")) || 0,
        kind: parameters.get("kind") ?? "",
    };
}

/**
 * @param {Partial<Route>} route
 * @returns {string}
 */
export function link({ view = "threads", id = "", run = "", event = 0, kind = "" }) {
    const path = [view, id, ...(run ? ["runs", run] : [])].filter(Boolean).map(encodeURIComponent).join("/");
    const parameters = new URLSearchParams();
    if (event) {
        parameters.set("event", String(event));
    }
    if (kind) {
        parameters.set("kind", kind);
    }
    const query = parameters.toString();
    return `#/${path}${query && `?${query}`}`;
}

/**
 * @param {Partial<Route>} route
 * @param {boolean} [replace] whether going back skips what was shown until now
 */
export function go(route, replace = false) {
    if (replace) {
        location.replace(link(route));
    } else {
        location.hash = link(route);
    }
}
