/** Assistants: the list, and the form that creates and changes one. */

import { html, useEffect, useState } from "./lib/preact.js";
import { post, remove } from "./api.js";
import { useShared } from "./context.js";
import { Confirm, Empty, Icon, Id, IconButton, Problem } from "./parts.js";
import { go, link } from "./route.js";
import { checkTools } from "./schema.js";

/** @typedef {Record<string, any>} Json */

const EXAMPLE = JSON.stringify([{
    type: "function",
    function: {
        name: "weather", description: "The weather in a city",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
}], null, 2);

export function AssistantList() {
    const { route, assistants } = useShared();
    return html`<section class="threads" aria-label="Assistants">
        ${assistants.length === 0 && html`<p class="hint">No assistants yet. Your first message creates one.</p>`}
        <div class="rows" role="list">${assistants.map(it => html`<div role="listitem" key=${it.id} class=${`row thread ${it.id === route.id ? "current" : ""}`}>
            <a href=${link({ view: "assistants", id: it.id })} aria-current=${it.id === route.id ? "page" : undefined}>
                <span class="title">${it.name || it.id}</span><span class="when">${it.model}</span></a></div>`)}</div>
    </section>`;
}

/** @param {{id: string}} props empty, or `new` for one that is not there yet */
export function AssistantView({ id }) {
    const { assistants } = useShared();
    const assistant = assistants.find(it => it.id === id);
    if (id !== "new" && !assistant) {
        return html`<main id="main" tabindex="-1"><header class="bar"><h1>Assistants</h1></header>
            <${Empty} icon="person" title="Assistants">
                <p>An assistant is a model with instructions and tools. Choose one on the left, or create one.</p>
                <a class="button primary" href=${link({ view: "assistants", id: "new" })}>New assistant</a>
            <//></main>`;
    }
    return html`<${AssistantForm} key=${id} assistant=${assistant ?? null} />`;
}

/** @param {{assistant: Json | null}} props */
function AssistantForm({ assistant }) {
    const { models, refresh, say, show } = useShared();
    const [tools, setTools] = useState(assistant?.tools.length ? JSON.stringify(assistant.tools, null, 2) : "");
    const [format, setFormat] = useState(formatOf(assistant?.response_format));
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const [erasing, setErasing] = useState(false);
    const checked = checkTools(tools);
    useEffect(() => setError(null), [assistant?.id]);

    const save = async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (checked.problems.length > 0) {
            return;
        }
        try {
            const values = new FormData(/** @type {HTMLFormElement} */ (event.target));
            const saved = await post(assistant ? `assistants/${assistant.id}` : "assistants", {
                model: values.get("model"),
                name: values.get("name") || null,
                description: values.get("description") || null,
                instructions: values.get("instructions") || null,
                temperature: values.get("temperature") ? Number(values.get("temperature")) : null,
                tools: checked.tools,
                response_format: format.startsWith("{") ? JSON.parse(format) : format,
            });
            say("The assistant is saved.");
            refresh();
            if (!assistant) {
                go({ view: "assistants", id: saved.id });
            }
        } catch (e) {
            setError(/** @type {Error} */ (e));
        }
    };
    const duplicate = async () => {
        const { id: _, object: _object, created_at: _created, ...fields } = assistant ?? {};
        const copy = await post("assistants", { ...fields, name: `${assistant?.name || "Assistant"} (copy)` });
        refresh();
        go({ view: "assistants", id: copy.id });
    };
    const erase = async () => {
        await remove(`assistants/${assistant?.id}`);
        say("The assistant is deleted.");
        refresh();
        go({ view: "assistants" });
    };
    return html`<main id="main" tabindex="-1">
        <header class="bar"><h1>${assistant ? assistant.name || "Assistant" : "New assistant"}</h1>
            ${assistant && html`<${IconButton} icon="code" label="As code" onClick=${() => show("code", { kind: "assistant", assistant })} />
                <${IconButton} icon="copy" label="Duplicate assistant" onClick=${duplicate} />
                <${IconButton} icon="trash" label="Delete assistant" onClick=${() => setErasing(true)} />`}
        </header>
        <div class="scroller"><form class="column form" onSubmit=${save}>
            ${assistant && html`<${Id} id=${assistant.id} />`}
            <label>Name<input name="name" defaultValue=${assistant?.name ?? ""} maxlength="256" /></label>
            <label>Model<input name="model" list="models" required defaultValue=${assistant?.model ?? models[0] ?? ""} /></label>
            <datalist id="models">${models.map(it => html`<option value=${it} />`)}</datalist>
            <label>Description<input name="description" defaultValue=${assistant?.description ?? ""} maxlength="512" /></label>
            <label>Instructions<textarea name="instructions" rows="5" placeholder="Who it is and how it answers"
                defaultValue=${assistant?.instructions ?? ""}></textarea></label>
            <div class="two">
                <label>Temperature<input name="temperature" type="number" min="0" max="2" step="0.05" defaultValue=${assistant?.temperature ?? ""} /></label>
                <${FormatField} format=${format} onChange=${setFormat} />
            </div>
            ${format.includes("json_schema") && html`<label>Schema of the reply<textarea class="mono" rows="8" value=${format}
                onInput=${(/** @type {any} */ event) => setFormat(event.target.value)}></textarea></label>`}
            <${ToolsField} tools=${tools} checked=${checked} onChange=${setTools} />
            <${Problem} error=${error} />
            <footer><button type="submit" class="primary" disabled=${checked.problems.length > 0}>${assistant ? "Save" : "Create"}</button></footer>
        </form></div>
        ${erasing && html`<${Confirm} action="Delete assistant" onClose=${() => setErasing(false)} onConfirm=${erase}
            question="Its threads and runs stay." />`}
    </main>`;
}

/** @param {{format: string, onChange: (format: string) => void}} props */
function FormatField({ format, onChange }) {
    return html`<label>Response format<select value=${format.includes("json_schema") ? "json_schema" : format}
        onChange=${(/** @type {any} */ event) => onChange(event.target.value === "json_schema" ? SCHEMA : event.target.value)}>
        <option value="auto">text</option><option value=${JSON_OBJECT}>a JSON object</option><option value="json_schema">JSON of a schema</option></select></label>`;
}

/** @param {{tools: string, checked: {tools: any[], problems: string[]}, onChange: (tools: string) => void}} props */
function ToolsField({ tools, checked, onChange }) {
    return html`<label>Tools<textarea class="mono" rows=${tools ? 12 : 3} value=${tools} spellcheck=${false} aria-describedby="tools-check"
            placeholder="A JSON array of tools" onInput=${(/** @type {any} */ event) => onChange(event.target.value)}></textarea></label>
        <div id="tools-check" role="status">${checked.problems.length > 0
            ? html`<ul class="callout bad">${checked.problems.map(it => html`<li>${it}</li>`)}</ul>`
            : tools ? html`<p class="hint"><${Icon} name="done" /> ${checked.tools.length} ${checked.tools.length === 1 ? "tool" : "tools"}, as they should be.</p>`
                : html`<button type="button" class="quiet" onClick=${() => onChange(EXAMPLE)}>Insert an example function</button>`}</div>`;
}

const JSON_OBJECT = JSON.stringify({ type: "json_object" });
const SCHEMA = JSON.stringify({
    type: "json_schema",
    json_schema: { name: "reply", schema: { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] } },
}, null, 2);

/** @param {any} format */
function formatOf(format) {
    return format && typeof format === "object" ? JSON.stringify(format, null, format.type === "json_schema" ? 2 : 0) : "auto";
}
