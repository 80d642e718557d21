/** The field for a message with images and files, the choice of assistant and model, and the button that stops a run. */

import { html, useEffect, useLayoutEffect, useRef, useState } from "./lib/preact.js";
import { post, upload } from "./api.js";
import { useShared } from "./context.js";
import { Icon, IconButton, Problem } from "./parts.js";
import { textOf } from "./words.js";

/** @typedef {Record<string, any>} Json */

const IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const SUGGESTIONS = ["Tell me a short story.", "Write a haiku about a small stream.", "Show me a table of three rivers."];

/**
 * @param {{ threadId: string, run: Json | null, active: boolean, edited: Json | null, suggest?: boolean, onSend: (request:
 *     Json, text: string) => Promise<void>, onStop: () => void, onKeep: () => void, }} props `edited` is the message that the
 *     user edits; `onKeep` leaves it unchanged
 */
export function Composer({ threadId, run, active, edited, suggest, onSend, onStop, onKeep }) {
    const { assistants, models, refresh, hasStores } = useShared();
    const [text, setText] = useState("");
    const [files, setFiles] = useState(/** @type {File[]} */ ([]));
    const [assistantId, setAssistantId] = useState("");
    const [model, setModel] = useState("");
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [over, setOver] = useState(false);
    const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
    const picker = useRef(/** @type {HTMLInputElement | null} */ (null));

    useEffect(() => box.current?.focus(), [threadId]);
    useLayoutEffect(() => {
        if (edited) {
            setText(textOf(edited));
            box.current?.focus();
        }
    }, [edited]);
    useLayoutEffect(() => {
        if (box.current) {
            box.current.style.height = "auto";
            box.current.style.height = `${box.current.scrollHeight}px`;
        }
    }, [text]);

    const assistant = assistants.find(it => it.id === (assistantId || run?.assistant_id)) ?? assistants[0];
    const add = (/** @type {Iterable<File> | undefined} */ more) => setFiles(old => [...old, ...(more ?? [])]);

    const send = async (/** @type {string} */ words) => {
        if (busy || active || (!words.trim() && files.length === 0)) {
            return;
        }
        setBusy(true);
        setError(null);
        try {
            const to = assistant ?? await post("assistants", { model: model || models[0] || "demo", name: "Assistant" });
            const message = await messageOf(words, files, hasStores);
            await onSend({ assistant_id: to.id, ...(model && { model }), additional_messages: [message] }, words);
            setText("");
            setFiles([]);
            if (!assistant) {
                refresh();
            }
        } catch (e) {
            setError(/** @type {Error} */ (e));
        } finally {
            setBusy(false);
        }
    };
    const pressed = (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void send(text);
        }
    };
    return html`<div class=${`composer ${over ? "over" : ""}`}
        onDragOver=${(/** @type {DragEvent} */ event) => {
            event.preventDefault();
            setOver(true);
        }}
        onDragLeave=${() => setOver(false)}
        onDrop=${(/** @type {DragEvent} */ event) => {
            event.preventDefault();
            setOver(false);
            add(event.dataTransfer?.files);
        }}>
        <${Problem} error=${error} />
        ${suggest && !text && html`<div class="suggestions">${SUGGESTIONS.map(it =>
            html`<button type="button" class="quiet" onClick=${() => send(it)}>${it}</button>`)}</div>`}
        ${edited && html`<p class="hint">You write your last message anew. It and what came after it are replaced.
            <button type="button" class="quiet" onClick=${() => {
                setText("");
                onKeep();
            }}>Keep it</button></p>`}
        <form class="box" onSubmit=${(/** @type {SubmitEvent} */ event) => {
            event.preventDefault();
            void send(text);
        }}>
            ${files.length > 0 && html`<div class="chips">${files.map((file, i) => html`<span class="chip"><${Icon} name="file" />${file.name}
                <${IconButton} icon="close" label=${`Leave out ${file.name}`} onClick=${() => setFiles(files.filter((_, j) => j !== i))} /></span>`)}</div>`}
            <textarea id="composer" ref=${box} rows="1" placeholder="Write a message" aria-label="Message" value=${text}
                onInput=${(/** @type {any} */ event) => setText(event.target.value)} onKeyDown=${pressed}
                onPaste=${(/** @type {ClipboardEvent} */ event) => add(event.clipboardData?.files)}></textarea>
            <div class="tools">
                <${IconButton} icon="clip" label="Add images or files" onClick=${() => picker.current?.click()} />
                <input ref=${picker} type="file" multiple hidden aria-label="Images or files" onChange=${() => {
                    add(picker.current?.files ?? []);
                    if (picker.current) {
                        picker.current.value = "";
                    }
                }} />
                ${assistants.length > 0 && html`<select aria-label="Assistant" value=${assistant?.id}
                    onChange=${(/** @type {any} */ event) => setAssistantId(event.target.value)}>
                    ${assistants.map(it => html`<option value=${it.id}>${it.name || it.id}</option>`)}</select>`}
                <select aria-label="Model" value=${model} onChange=${(/** @type {any} */ event) => setModel(event.target.value)}>
                    <option value="">${assistant?.model ?? models[0] ?? "the model there is"}</option>
                    ${models.filter(it => it !== assistant?.model).map(it => html`<option value=${it}>${it}</option>`)}
                </select>
                <span class="grow"></span>
                ${active
                    ? html`<button type="button" id="stop" class="send" aria-label="Stop" title="Stop (Esc)" onClick=${onStop}><${Icon} name="stop" /></button>`
                    : html`<button type="submit" class="send" aria-label="Send" title="Send (Enter)"
                        disabled=${busy || (!text.trim() && files.length === 0)}><${Icon} name="send" /></button>`}
            </div>
        </form>
    </div>`;
}

/**
 * @param {string} text
 * @param {File[]} files are uploaded: images become parts of the message, others are attached to it
 * @param {boolean} searched whether the server can search what is attached
 */
async function messageOf(text, files, searched) {
    const images = [];
    const attachments = [];
    for (const file of files) {
        if (IMAGES.has(file.type)) {
            images.push({ type: "image_file", image_file: { file_id: (await upload(file, "vision")).id } });
        } else {
            const tools = searched ? [{ type: "file_search" }] : [];
            attachments.push({ file_id: (await upload(file, "assistants")).id, tools });
        }
    }
    const words = text.trim() || (images.length > 0 ? "" : "See the files.");
    return {
        role: "user",
        content: [...(words ? [{ type: "text", text: words }] : []), ...images],
        ...(attachments.length > 0 && { attachments }),
    };
}
