/** The list of files, and uploads of dropped files and folders, each with its state. */

import { html, useRef, useState } from "./lib/preact.js";
import { content, pages, remove, upload } from "./api.js";
import { useShared } from "./context.js";
import { Confirm, Empty, Icon, IconButton, Problem, ago, size, useLoaded } from "./parts.js";
import { VirtualList } from "./virtual.js";

/** @typedef {Record<string, any>} Json */

const ROW = 48;
const AT_ONCE = 3;
const MOST_DROPPED = 2_000;

/**
 * Uploads several files, a few at a time, and tells the state of each.
 *
 * @param {File[]} files
 * @param {(name: string, state: string) => void} told
 * @param {(file: Json) => Promise<any>} [then] done with each that is uploaded
 */
export async function uploadAll(files, told, then = async () => {}) {
    const waiting = [...files];
    files.forEach(file => told(file.name, "waiting"));
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let file; (file = waiting.shift());) {
            told(file.name, "uploading");
            try {
                await then(await upload(file, "assistants"));
                told(file.name, "done");
            } catch (e) {
                told(file.name, `not uploaded: ${/** @type {Error} */ (e).message}`);
            }
        }
    }));
}

/**
 * The dropped files, with those in dropped folders.
 *
 * @param {DataTransfer | null} transfer
 * @returns {Promise<File[]>} at most 2,000
 */
async function dropped(transfer) {
    const entries = [...transfer?.items ?? []].map(it => it.webkitGetAsEntry()).filter(it => it !== null);
    /** @type {File[]} */
    const files = [];
    for (const entry of entries) {
        await collect(entry, files);
    }
    return entries.length > 0 ? files : [...transfer?.files ?? []];
}

/**
 * @param {FileSystemEntry} entry
 * @param {File[]} files
 */
async function collect(entry, files) {
    if (files.length >= MOST_DROPPED || entry.name.startsWith(".")) {
        return;
    }
    if (entry.isFile) {
        files.push(await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject)));
        return;
    }
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (;;) {
        /** @type {FileSystemEntry[]} */
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) {
            return;
        }
        for (const child of some) {
            await collect(child, files);
        }
    }
}

/** Takes files and folders. @param {{onFiles: (files: File[]) => void, children?: any}} props */
export function DropZone({ onFiles, children }) {
    const [over, setOver] = useState(false);
    const picker = useRef(/** @type {HTMLInputElement | null} */ (null));
    return html`<div class=${`drop ${over ? "over" : ""}`}
        onDragOver=${(/** @type {DragEvent} */ event) => {
            event.preventDefault();
            setOver(true);
        }}
        onDragLeave=${() => setOver(false)}
        onDrop=${async (/** @type {DragEvent} */ event) => {
            event.preventDefault();
            setOver(false);
            onFiles(await dropped(event.dataTransfer));
        }}>
        <${Icon} name="upload" /><p>${children ?? "Drop files or a folder here"}</p>
        <button type="button" class="quiet" onClick=${() => picker.current?.click()}>Choose files</button>
        <input ref=${picker} type="file" multiple hidden aria-label="Files to upload" onChange=${() => {
            onFiles([...picker.current?.files ?? []]);
            if (picker.current) {
                picker.current.value = "";
            }
        }} />
    </div>`;
}

/** @param {{uploads: Map<string, string>}} props name to state */
export function Uploads({ uploads }) {
    return uploads.size > 0 && html`<ul class="uploads" aria-label="Uploads" aria-live="polite">${[...uploads].map(([name, state]) =>
        html`<li key=${name}><span>${name}</span><span class=${`status ${state.startsWith("not") ? "failed" : state === "done" ? "completed" : "queued"}`}>${state}</span></li>`)}</ul>`;
}

export function FilesView() {
    const { say } = useShared();
    const [uploads, setUploads] = useState(/** @type {Map<string, string>} */ (new Map()));
    const [erased, setErased] = useState(/** @type {Json | null} */ (null));
    const { value: files, error, again } = useLoaded(async signal => {
        for await (const page of pages("files", signal)) {
            return page;
        }
        return [];
    }, []);
    const take = async (/** @type {File[]} */ some) => {
        await uploadAll(some, (name, state) => setUploads(old => new Map(old).set(name, state)));
        again();
    };
    const save = async (/** @type {Json} */ file) => {
        const url = URL.createObjectURL(await content(file.id));
        const anchor = Object.assign(document.createElement("a"), { href: url, download: file.filename });
        anchor.click();
        setTimeout(() => URL.revokeObjectURL(url), 10_000);
    };
    const erase = async () => {
        await remove(`files/${erased?.id}`).catch(e => say(e.message));
        again();
    };
    return html`<main id="main" tabindex="-1">
        <header class="bar"><h1>Files</h1></header>
        <div class="scroller"><div class="column">
            <${DropZone} onFiles=${take} />
            <${Uploads} uploads=${uploads} />
            <${Problem} error=${error} onRetry=${again} />
            ${files?.length === 0 && html`<${Empty} icon="file" title="No files yet"><p>Files of messages and searches are listed here.</p><//>`}
            ${files && files.length > 0 && html`<div class="file-rows"><${VirtualList} count=${files.length} height=${ROW} label="Files" row=${(/** @type {number} */ i) => {
                const file = files[i];
                return html`<div role="listitem" key=${file.id} class="row file" aria-setsize=${files.length} aria-posinset=${i + 1}>
                    <${Icon} name="file" /><span class="title">${file.filename}</span><span class="hint">${size(file.bytes)} · ${file.purpose} · ${ago(file.created_at)}</span>
                    <${IconButton} icon="download" label=${`Download ${file.filename}`} onClick=${() => save(file)} />
                    <${IconButton} icon="trash" label=${`Delete ${file.filename}`} onClick=${() => setErased(file)} /></div>`;
            }} /></div>`}
        </div></div>
        ${erased && html`<${Confirm} action="Delete file" onClose=${() => setErased(null)} onConfirm=${erase}
            question=${`${erased.filename} is deleted for all messages that use it.`} />`}
    </main>`;
}
