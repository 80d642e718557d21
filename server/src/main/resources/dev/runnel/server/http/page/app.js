/** The page: its layout, its keyboard, and the state that all views share. */

import { html, render, useEffect, useState } from "./lib/preact.js";
import { get, pages } from "./api.js";
import { AssistantList, AssistantView } from "./assistants.js";
import { CodeDialog } from "./code.js";
import { Shared } from "./context.js";
import { Conversation, NewConversation } from "./conversation.js";
import { FilesView } from "./files.js";
import { Inspector } from "./inspector.js";
import { Icon, IconButton } from "./parts.js";
import { go, link, parseRoute } from "./route.js";
import { HelpDialog, KeyDialog, ServerDialog, nextTheme, useServer, useTheme } from "./server.js";
import { Passage, StoreList, StoreView } from "./stores.js";
import { ImportButton, ThreadList } from "./threads.js";

/** @typedef {Record<string, any>} Json */

const SAID = 4_000;
const VIEWS = /** @type {const} */ (["threads", "assistants", "files"]);

function useRoute() {
    const [route, setRoute] = useState(() => parseRoute(location.hash));
    useEffect(() => {
        const changed = () => setRoute(parseRoute(location.hash));
        addEventListener("hashchange", changed);
        return () => removeEventListener("hashchange", changed);
    }, []);
    return route;
}

/**
 * Assistants, models and the server's features; loaded again with each turn.
 *
 * @param {number} turn
 */
function useObjects(turn) {
    const [objects, setObjects] = useState({ assistants: /** @type {Json[]} */ ([]), models: /** @type {string[]} */ ([]), hasStores: false });
    useEffect(() => {
        const set = (/** @type {Partial<typeof objects>} */ some) => setObjects(old => ({ ...old, ...some }));
        get("models").then(it => set({ models: it.data.map((/** @type {Json} */ model) => model.id) }), () => {});
        get("vector_stores?limit=1").then(() => set({ hasStores: true }), () => {});
        void (async () => {
            const assistants = [];
            for await (const page of pages("assistants")) {
                assistants.push(...page);
            }
            set({ assistants });
        })().catch(() => {});
    }, [turn]);
    return objects;
}

/**
 * @param {(name: string) => void} show
 * @param {string} dialog the one that is open
 */
function useKeyboard(show, dialog) {
    useEffect(() => {
        const pressed = (/** @type {KeyboardEvent} */ event) => {
            const target = /** @type {HTMLElement} */ (event.target);
            if (dialog) {
                return;
            }
            if (event.key === "Escape") {
                document.getElementById("stop")?.click();
                return;
            }
            if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) {
                return;
            }
            const actions = /** @type {Record<string, () => void>} */ ({
                n: () => go({}),
                "/": () => document.getElementById("search")?.focus(),
                "?": () => show("help"),
                m: () => document.getElementById("composer")?.focus(),
            });
            if (actions[event.key]) {
                event.preventDefault();
                actions[event.key]();
            }
        };
        addEventListener("keydown", pressed);
        return () => removeEventListener("keydown", pressed);
    }, [dialog]);
}

/** @param {{onNewKey: () => void}} props */
function Page({ onNewKey }) {
    const route = useRoute();
    const [turn, setTurn] = useState(0);
    const [changes, setChanges] = useState(0);
    const [dialog, setDialog] = useState({ name: "", about: /** @type {any} */ (null) });
    const [said, setSaid] = useState("");
    const [menu, setMenu] = useState(false);
    const objects = useObjects(turn);
    const server = useServer();
    const [theme, setTheme] = useTheme();
    const show = (/** @type {string} */ name, /** @type {any} */ about = null) => setDialog({ name, about });
    const close = () => show("");
    useKeyboard(show, dialog.name);
    useEffect(() => setMenu(false), [route]);
    useEffect(() => {
        const refused = () => show("key", "The server asks for a key.");
        addEventListener("runnel:unauthorized", refused);
        return () => removeEventListener("runnel:unauthorized", refused);
    }, []);
    useEffect(() => {
        const timer = setTimeout(() => setSaid(""), SAID);
        return () => clearTimeout(timer);
    }, [said]);
    const shared = {
        ...objects, route, show, say: setSaid, refresh: () => setTurn(it => it + 1), threadsChanged: () => setChanges(it => it + 1),
    };
    return html`<${Shared.Provider} value=${shared}>
        <a class="skip" href="#main" onClick=${(/** @type {Event} */ event) => {
            event.preventDefault();
            document.getElementById("main")?.focus();
        }}>To the content</a>
        <div class=${`page ${route.run ? "inspecting" : ""} ${menu ? "menu" : ""}`}>
            <${IconButton} class="menu-button" icon=${menu ? "close" : "menu"} label="Menu" pressed=${menu} onClick=${() => setMenu(!menu)} />
            <nav class="side" aria-label="Runnel" onClick=${(/** @type {any} */ event) => event.target.closest("a") && setMenu(false)}>
                <div class="brand"><a href=${link({})}><svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 8c3-3 6 3 9 0s6 3 9 0M3 13c3-3 6 3 9 0s6 3 9 0M3 18c3-3 6 3 9 0s6 3 9 0" /></svg>Runnel</a>
                    <span class="grow"></span>
                    ${route.view === "threads" && html`<${ImportButton} />`}
                    <a class="icon-button" href=${route.view === "assistants" ? link({ view: "assistants", id: "new" }) : link({})}
                        aria-label=${route.view === "assistants" ? "New assistant" : "New thread"} title=${route.view === "assistants" ? "New assistant" : "New thread (n)"}><${Icon} name="plus" /></a></div>
                <div class="views">${VIEWS.map(view => html`<a href=${link({ view })} aria-current=${route.view === view ? "true" : undefined}>${view}</a>`)}</div>
                ${route.view === "threads" ? html`<${ThreadList} changes=${changes} />`
                    : route.view === "assistants" ? html`<${AssistantList} />` : html`<${StoreList} />`}
                <div class="foot">
                    <button type="button" class="quiet server" onClick=${() => show("server")}><i class=${server.state}></i>${server.words}</button>
                    <span class="grow"></span>
                    <${IconButton} icon="key" label="Key" onClick=${() => show("key")} />
                    <${IconButton} icon="theme" label=${`Colours: ${theme}`} onClick=${() => setTheme(nextTheme(theme))} />
                    <${IconButton} icon="help" label="Help" onClick=${() => show("help")} />
                </div>
            </nav>
            ${route.view === "threads" ? route.id ? html`<${Conversation} key=${route.id} id=${route.id} />` : html`<${NewConversation} />`
                : route.view === "assistants" ? html`<${AssistantView} id=${route.id} />`
                    : route.id ? html`<${StoreView} key=${route.id} id=${route.id} />` : html`<${FilesView} />`}
            ${route.run && html`<${Inspector} key=${route.run} threadId=${route.id} runId=${route.run} />`}
        </div>
        ${dialog.name === "key" && html`<${KeyDialog} why=${dialog.about} onClose=${close} onUsed=${onNewKey} />`}
        ${dialog.name === "server" && html`<${ServerDialog} server=${server} models=${objects.models} onClose=${close} />`}
        ${dialog.name === "help" && html`<${HelpDialog} onClose=${close} />`}
        ${dialog.name === "code" && html`<${CodeDialog} about=${dialog.about} onClose=${close} />`}
        ${dialog.name === "passage" && html`<${Passage} ...${dialog.about} onClose=${close} />`}
        <div class="said" role="status">${said}</div>
    <//>`;
}

/** A new page for each key: no object of one project stays when another project is shown. */
function App() {
    const [key, setKey] = useState(0);
    return html`<${Page} key=${key} onNewKey=${() => setKey(it => it + 1)} />`;
}

render(html`<${App} />`, document.body);
