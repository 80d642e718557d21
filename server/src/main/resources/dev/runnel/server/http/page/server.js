/** The server's state, the key, the colours, and help. */

import { html, useEffect, useState } from "./lib/preact.js";
import { BASE_URL, get, key, useKey } from "./api.js";
import { Dialog } from "./parts.js";

/**
 * @typedef {Record<string, any>} Json
 * @typedef {{state: "good" | "bad" | "unknown", words: string, health: Json | null}} ServerState
 */

const POLL = 10_000;

/** @returns {ServerState} */
export function useServer() {
    const [server, setServer] = useState(/** @type {ServerState} */ ({ state: "unknown", words: "connecting", health: null }));
    useEffect(() => {
        const ask = async () => {
            try {
                const health = await get("../healthz");
                const models = (await get("models")).data;
                setServer({ state: "good", health, words: models.length === 1 ? models[0].id : `${models.length} models` });
            } catch (e) {
                const status = /** @type {any} */ (e).status;
                setServer({ state: "bad", health: null, words: status === 401 ? "needs a key" : status ? "model server down" : "not reached" });
            }
        };
        void ask();
        const timer = setInterval(() => !document.hidden && ask(), POLL);
        addEventListener("online", ask);
        addEventListener("offline", ask);
        return () => {
            clearInterval(timer);
            removeEventListener("online", ask);
            removeEventListener("offline", ask);
        };
    }, []);
    return server;
}

/** @param {{server: ServerState, models: string[], onClose: () => void}} props */
export function ServerDialog({ server, models, onClose }) {
    const rows = Object.entries(server.health ?? {}).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
    return html`<${Dialog} title="Server" onClose=${onClose}>
        <dl class="facts">
            <div><dt>State</dt><dd>${server.words}</dd></div>
            <div><dt>Base URL</dt><dd><code>${BASE_URL}</code></dd></div>
            <div><dt>Models</dt><dd>${models.join(", ") || "none can be reached"}</dd></div>
            ${rows.map(([name, value]) => html`<div><dt>${name.replaceAll("_", " ")}</dt><dd>${value}</dd></div>`)}
        </dl>
        <p class="hint">Programs need only the base URL. <a href="openapi.json" target="_blank" rel="noopener">openapi.json</a> describes what is served.</p>
    <//>`;
}

/** @param {{why: string | null, onClose: () => void, onUsed: () => void}} props */
export function KeyDialog({ why, onClose, onUsed }) {
    const submit = (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        useKey(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("key")).trim());
        onClose();
        onUsed();
    };
    return html`<${Dialog} title="Key" onClose=${onClose}>
        <form onSubmit=${submit}>
            <p>${why ?? "Each key belongs to a project, and shows the objects of that project."} ${key() && why && "It does not know the key that you gave."}</p>
            <label>API key<input name="key" type="password" autocomplete="off" defaultValue=${key()} autofocus /></label>
            <p class="hint">The key is kept in this tab until you close the tab. Another key shows another project.</p>
            <footer><button type="submit" class="primary">Use it</button></footer>
        </form>
    <//>`;
}

const KEYS = [
    ["n", "new thread"], ["m", "write a message"], ["Enter", "send"], ["Shift Enter", "new line"], ["Esc", "stop the reply"],
    ["/", "search threads"], ["↑ ↓", "from event to event in a run's log"], ["?", "this help"],
];

/** @param {{onClose: () => void}} props */
export function HelpDialog({ onClose }) {
    return html`<${Dialog} title="Help" onClose=${onClose}>
        <dl class="facts">${KEYS.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
        <p class="hint">Runnel streams runs. This page uses the public API only: what it does, a program can do.
            <a href="page/lib/licences.txt" target="_blank" rel="noopener">Licences</a></p>
    <//>`;
}

/** @typedef {"system" | "light" | "dark"} Theme */

const THEME = "runnel.theme";

/** @returns {Theme} */
function stored() {
    const value = localStorage.getItem(THEME);
    return value === "light" || value === "dark" ? value : "system";
}

/** @returns {[Theme, (theme: Theme) => void]} */
export function useTheme() {
    const [theme, setTheme] = useState(stored);
    useEffect(() => {
        localStorage.setItem(THEME, theme);
        document.documentElement.dataset.theme = theme;
    }, [theme]);
    return [theme, setTheme];
}

/**
 * @param {Theme} theme
 * @returns {Theme}
 */
export function nextTheme(theme) {
    return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}
