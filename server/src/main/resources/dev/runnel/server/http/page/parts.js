/** Small parts that all views use. */

import { html, useEffect, useRef, useState } from "./lib/preact.js";

/** @typedef {Record<string, any>} Json */

const ICONS = /** @type {Record<string, string>} */ ({
    plus: "M12 5v14M5 12h14",
    send: "M5 12l14-7-5 14-3-6z",
    stop: "M7 7h10v10H7z",
    copy: "M9 9h10v11H9zM5 15V4h10",
    done: "M5 13l4 4L19 7",
    close: "M6 6l12 12M18 6L6 18",
    menu: "M4 7h16M4 12h16M4 17h16",
    search: "M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l5 5",
    more: "M6 12h.01M12 12h.01M18 12h.01",
    retry: "M4 12a8 8 0 108-8c-3 0-5.5 1.5-7 4M4 4v4h4",
    edit: "M4 20l1-5L16 4l4 4L9 19z",
    trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
    clip: "M20 11l-8 8a5 5 0 01-7-7l8-8a3.5 3.5 0 015 5l-8 8a1.5 1.5 0 01-3-3l7-7",
    file: "M6 3h8l5 5v13H6zM14 3v5h5",
    inspect: "M4 6h10M4 12h16M4 18h7M17 6h3M14 18h6",
    code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
    key: "M8 16a4 4 0 100-8 4 4 0 000 8zM12 12h9M18 12v4",
    theme: "M12 3a9 9 0 100 18zM12 3a9 9 0 010 18",
    help: "M9 9a3 3 0 115 2c-1 1-2 1.5-2 3M12 18h.01",
    chat: "M4 5h16v11H9l-5 4z",
    person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c1-5 4-7 8-7s7 2 8 7",
    back: "M15 5l-7 7 7 7",
    link: "M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1",
    download: "M12 4v11M7 11l5 5 5-5M5 20h14",
    upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
    down: "M6 9l6 6 6-6",
});

/** @param {{name: string}} props */
export function Icon({ name }) {
    return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;
}

/**
 * A button that shows a picture only.
 *
 * @param {{icon: string, label: string, onClick?: (event: MouseEvent) => void, disabled?: boolean, pressed?: boolean, class?: string}} props
 */
export function IconButton({ icon, label, onClick, disabled, pressed, class: kind = "" }) {
    return html`<button type="button" class=${`icon-button ${kind}`} aria-label=${label} title=${label} onClick=${onClick}
        disabled=${disabled} aria-pressed=${pressed}><${Icon} name=${icon} /></button>`;
}

/** @param {{text: string | (() => string), label: string, words?: string}} props `words` stand on the button instead of a picture */
export function CopyButton({ text, label, words }) {
    const [copied, setCopied] = useState(false);
    useEffect(() => {
        const timer = copied ? setTimeout(() => setCopied(false), 1_500) : undefined;
        return () => clearTimeout(timer);
    }, [copied]);
    const copy = async () => {
        await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
        setCopied(true);
    };
    return html`<button type="button" class=${words ? "quiet" : "icon-button"} aria-label=${copied ? "Copied" : label} title=${label}
        onClick=${copy}><${Icon} name=${copied ? "done" : "copy"} />${words && (copied ? "Copied" : words)}</button>`;
}

/**
 * A dialog over the page. Escape and its button close it; the focus goes back to where it was.
 *
 * @param {{title: string, onClose: () => void, children?: any, wide?: boolean}} props
 */
export function Dialog({ title, onClose, children, wide }) {
    const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
    useEffect(() => {
        const before = /** @type {HTMLElement | null} */ (document.activeElement);
        ref.current?.showModal();
        return () => before?.focus();
    }, []);
    return html`<dialog ref=${ref} class=${wide ? "wide" : ""} aria-label=${title} onClose=${onClose}
        onClick=${(/** @type {MouseEvent} */ event) => event.target === ref.current && ref.current?.close()}>
        <div class="dialog">
            <header><h2>${title}</h2><${IconButton} icon="close" label="Close" onClick=${() => ref.current?.close()} /></header>
            ${children}
        </div>
    </dialog>`;
}

/** @param {{icon: string, title: string, children?: any}} props */
export function Empty({ icon, title, children }) {
    return html`<div class="empty"><${Icon} name=${icon} /><h2>${title}</h2>${children}</div>`;
}

/** @param {{error: Error | null, onRetry?: () => void}} props */
export function Problem({ error, onRetry }) {
    return error && html`<div class="callout bad" role="alert"><p>${error.message}</p>
        ${onRetry && html`<button type="button" class="quiet" onClick=${onRetry}>Try again</button>`}</div>`;
}

/** @param {{status: string}} props */
export function Status({ status }) {
    return html`<span class=${`status ${status}`}>${status.replace("_", " ")}</span>`;
}

/** @param {{id: string}} props */
export function Id({ id }) {
    return html`<span class="id"><code>${id}</code><${CopyButton} text=${id} label=${`Copy ${id}`} /></span>`;
}

/** @param {{value: any}} props */
export function JsonView({ value }) {
    return html`<pre class="json" tabindex="0" role="group" aria-label="JSON">${
        typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>`;
}

/**
 * Asks before something is lost.
 *
 * @param {{question: string, action: string, onConfirm: () => void, onClose: () => void}} props
 */
export function Confirm({ question, action, onConfirm, onClose }) {
    return html`<${Dialog} title=${action} onClose=${onClose}>
        <p>${question}</p>
        <footer><button type="button" class="quiet" onClick=${onClose}>Keep</button>
        <button type="button" class="danger" onClick=${() => {
            onConfirm();
            onClose();
        }}>${action}</button></footer>
    <//>`;
}

/**
 * Loads the data of a view, and again when its key changes.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {any[]} keys
 * @returns {{value: T | null, error: Error | null, again: () => void}}
 */
export function useLoaded(load, keys) {
    const [state, setState] = useState(/** @type {{value: T | null, error: Error | null}} */ ({ value: null, error: null }));
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        const stop = new AbortController();
        load(stop.signal).then(
            value => !stop.signal.aborted && setState({ value, error: null }),
            error => !stop.signal.aborted && setState(old => ({ ...old, error })));
        return () => stop.abort();
    }, [...keys, turn]);
    return { ...state, again: () => setTurn(it => it + 1) };
}

/** @param {number} seconds since 1970 */
export function ago(seconds) {
    const past = Date.now() / 1_000 - seconds;
    if (past < 60) {
        return "now";
    }
    return past < 3_600 ? `${Math.floor(past / 60)} min` : past < 86_400 ? `${Math.floor(past / 3_600)} h`
        : new Date(seconds * 1_000).toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** @param {number} bytes */
export function size(bytes) {
    return bytes < 1_024 ? `${bytes} B` : bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
    return milliseconds < 10_000 ? `${(milliseconds / 1_000).toFixed(2)} s` : milliseconds < 60_000 ? `${(milliseconds / 1_000).toFixed(1)} s`
        : `${Math.floor(milliseconds / 60_000)} min ${Math.round(milliseconds % 60_000 / 1_000)} s`;
}
