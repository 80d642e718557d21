/** The list of threads: newest first, searched by title, loaded as far as it is scrolled. */

import { html, useEffect, useRef, useState } from "./lib/preact.js";
import { get, post, remove } from "./api.js";
import { useShared } from "./context.js";
import { Confirm, Dialog, Icon, IconButton, Problem, ago } from "./parts.js";
import { go, link } from "./route.js";
import { VirtualList } from "./virtual.js";
import { textOf } from "./words.js";

/** @typedef {Record<string, any>} Json */

const ROW = 52;
const PAGE = 100;
const TITLE = 80;
const MAX_AT_ONCE = 32;

/** First words of threads without a title; as long as the page lives. @type {Map<string, string>} */
const firstWords = new Map();

/** @param {string} text */
export function titleFrom(text) {
    return text.trim().replace(/\s+/g, " ").slice(0, TITLE);
}

/** @param {Json} thread */
function titleOf(thread) {
    return thread.metadata.title || firstWords.get(thread.id) || "";
}

/** @param {{changes: number}} props `changes` grows when the list is out of date */
export function ThreadList({ changes }) {
    const { route } = useShared();
    const [query, setQuery] = useState("");
    const { threads, error, more } = useThreads(changes, query !== "");
    const [, named] = useState(0);
    const words = query.trim().toLowerCase();
    const shown = words
        ? threads.filter(it => `${titleOf(it)} ${it.id}`.toLowerCase().includes(words)) : threads;
    return html`<section class="threads" aria-label="Threads">
        <label class="search"><${Icon} name="search" /><input id="search" type="search" placeholder="Search threads" aria-label="Search threads"
            value=${query} onInput=${(/** @type {any} */ event) => setQuery(event.target.value)} /></label>
        <${Problem} error=${error} />
        ${shown.length === 0 && !error && html`<p class="hint">${words ? "No thread has these words." : "No threads yet. Say something."}</p>`}
        <${VirtualList} count=${shown.length} height=${ROW} label="Threads" onEnd=${more}
            selected=${shown.findIndex(it => it.id === route.id)}
            row=${(/** @type {number} */ i) => html`<${ThreadRow} key=${shown[i].id} thread=${shown[i]} place=${i + 1} count=${shown.length}
                current=${shown[i].id === route.id} onNamed=${() => named(it => it + 1)} />`} />
    </section>`;
}

/**
 * The threads that are loaded so far; all of them during a search.
 *
 * @param {number} changes
 * @param {boolean} all
 */
function useThreads(changes, all) {
    const [state, setState] = useState({ threads: /** @type {Json[]} */ ([]), complete: false, error: /** @type {Error | null} */ (null) });
    const loading = useRef(false);
    const load = async (/** @type {Json[]} */ before) => {
        if (loading.current) {
            return;
        }
        loading.current = true;
        try {
            const last = before.at(-1);
            const page = await get(`threads?limit=${PAGE}${last ? `&after=${last.id}` : ""}`);
            setState({ threads: [...before, ...page.data], complete: !page.has_more, error: null });
        } catch (e) {
            setState(old => ({ ...old, complete: true, error: /** @type {Error} */ (e) }));
        } finally {
            loading.current = false;
        }
    };
    useEffect(() => void load([]), [changes]);
    useEffect(() => {
        if (all && !state.complete) {
            void load(state.threads);
        }
    }, [all, state]);
    return {
        ...state,
        more: () => {
            if (!state.complete && state.threads.length > 0) {
                void load(state.threads);
            }
        },
    };
}

/** @param {{thread: Json, place: number, count: number, current: boolean, onNamed: () => void}} props */
function ThreadRow({ thread, place, count, current, onNamed }) {
    const title = titleOf(thread);
    useEffect(() => {
        if (title || firstWords.has(thread.id)) {
            return undefined;
        }
        // Not for rows that are only scrolled past.
        const timer = setTimeout(async () => {
            const page = await get(`threads/${thread.id}/messages?order=asc&limit=1`).catch(() => ({ data: [] }));
            firstWords.set(thread.id, page.data[0] ? titleFrom(textOf(page.data[0])) : "");
            onNamed();
        }, 150);
        return () => clearTimeout(timer);
    }, [thread.id]);
    return html`<div role="listitem" aria-setsize=${count} aria-posinset=${place} class=${`row thread ${current ? "current" : ""}`}>
        <a href=${link({ id: thread.id })} aria-current=${current ? "page" : undefined}>
            <span class="title">${title || "Untitled"}</span>
            <span class="when">${ago(thread.created_at)}</span>
        </a>
    </div>`;
}

/** Renames and deletes a thread, from its head. @param {{thread: Json, onChanged: () => void}} props */
export function ThreadMenu({ thread, onChanged }) {
    const { say, threadsChanged } = useShared();
    const [asked, setAsked] = useState("");
    const rename = async (/** @type {string} */ title) => {
        const { title: _, ...others } = thread.metadata;
        await post(`threads/${thread.id}`, { metadata: title ? { ...others, title } : others });
        onChanged();
        threadsChanged();
    };
    const erase = async () => {
        await remove(`threads/${thread.id}`);
        say("The thread is deleted.");
        threadsChanged();
        go({});
    };
    return html`<${IconButton} icon="edit" label="Rename thread" onClick=${() => setAsked("rename")} />
        <${IconButton} icon="trash" label="Delete thread" onClick=${() => setAsked("delete")} />
        ${asked === "delete" && html`<${Confirm} action="Delete thread" onClose=${() => setAsked("")} onConfirm=${erase}
            question="Its messages and runs are deleted too. This cannot be undone." />`}
        ${asked === "rename" && html`<${Rename} title=${titleOf(thread)} onRename=${rename} onClose=${() => setAsked("")} />`}`;
}

/** @param {{title: string, onRename: (title: string) => void, onClose: () => void}} props */
function Rename({ title, onRename, onClose }) {
    const submit = (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        onRename(titleFrom(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("title"))));
        onClose();
    };
    return html`<${Dialog} title="Rename thread" onClose=${onClose}>
        <form onSubmit=${submit}>
            <label>Title<input name="title" defaultValue=${title} maxlength=${TITLE} autofocus /></label>
            <footer><button type="submit" class="primary">Rename</button></footer>
        </form>
    <//>`;
}

/** Makes a thread of a conversation in a file. */
export function ImportButton() {
    const { say, threadsChanged } = useShared();
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    const take = async () => {
        const file = input.current?.files?.[0];
        if (!file || !input.current) {
            return;
        }
        input.current.value = "";
        try {
            const messages = parseConversation(await file.text());
            const thread = await post("threads", {
                messages: messages.slice(0, MAX_AT_ONCE), metadata: { title: titleFrom(file.name.replace(/\.[^.]*$/, "")) },
            });
            for (const message of messages.slice(MAX_AT_ONCE)) {
                await post(`threads/${thread.id}/messages`, message);
            }
            say(`${messages.length} messages are imported.`);
            threadsChanged();
            go({ id: thread.id });
        } catch (e) {
            say(`Not imported: ${/** @type {Error} */ (e).message}`);
        }
    };
    return html`<${IconButton} icon="upload" label="Import a conversation from JSON" onClick=${() => input.current?.click()} />
        <input ref=${input} type="file" accept=".json,.jsonl,application/json" hidden onChange=${take} aria-label="Conversation to import" />`;
}

/**
 * A conversation in a file: an array of messages, an object or list page that has one, or a message a line.
 *
 * @param {string} text
 * @returns {{role: string, content: string}[]}
 * @throws {Error} that says what is wrong, in words for a person
 */
function parseConversation(text) {
    const messages = entries(text);
    if (!Array.isArray(messages) || messages.length === 0) {
        throw new Error("it has no list of messages.");
    }
    return messages.map((message, i) => {
        const content = contentOf(message?.content);
        if ((message?.role !== "user" && message?.role !== "assistant") || !content) {
            throw new Error(`message ${i + 1} has no role "user" or "assistant", or no text.`);
        }
        return { role: message.role, content };
    });
}

/**
 * @param {string} text
 * @returns {any}
 */
function entries(text) {
    try {
        const json = JSON.parse(text);
        if (Array.isArray(json)) {
            return json;
        }
        return json.object === "list" ? [...json.data].reverse() : json.messages;
    } catch (e) {
        const lines = text.split("\n").filter(line => line.trim());
        if (lines.length > 1 && lines[0].trim().endsWith("}")) {
            return lines.map(line => JSON.parse(line));
        }
        throw new Error(`it is no JSON: ${/** @type {Error} */ (e).message}`, { cause: e });
    }
}

/** @param {any} content */
function contentOf(content) {
    if (typeof content === "string") {
        return content;
    }
    return Array.isArray(content)
        ? content.map(part => part?.text?.value ?? part?.text ?? "").filter(part => typeof part === "string" && part).join("\n\n") : "";
}
