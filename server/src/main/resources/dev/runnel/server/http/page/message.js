/** One message, and the tool calls between messages. */

import { html, useEffect, useState } from "./lib/preact.js";
import { content } from "./api.js";
import { useShared } from "./context.js";
import { Markdown } from "./markdown.js";
import { CopyButton, Icon, IconButton } from "./parts.js";
import { go } from "./route.js";
import { pretty, textOf } from "./words.js";

/** @typedef {Record<string, any>} Json */

/**
 * @param {{message: Json, threadId: string, writing: boolean, onRetry?: () => void, onEdit?: () => void}} props
 */
export function Message({ message, threadId, writing, onRetry, onEdit }) {
    const { assistants } = useShared();
    const own = message.role === "user";
    const name = own ? "You" : assistants.find(it => it.id === message.assistant_id)?.name || "Assistant";
    return html`<article class=${`message ${message.role} ${writing ? "writing" : ""}`} aria-label=${name}>
        <div class="who">${name}${message.status === "incomplete" && html`<span class="status incomplete">incomplete</span>`}</div>
        <div class="body">
            ${message.content.map((/** @type {Json} */ part, /** @type {number} */ i) =>
                html`<${Part} key=${i} part=${part} own=${own} message=${message} />`)}
            ${message.attachments?.map((/** @type {Json} */ it) => html`<span class="chip"><${Icon} name="file" />${it.file_id}</span>`)}
        </div>
        ${!writing && html`<div class="actions">
            <${CopyButton} text=${() => textOf(message)} label="Copy message" />
            ${onEdit && html`<${IconButton} icon="edit" label="Edit and send again" onClick=${onEdit} />`}
            ${onRetry && html`<${IconButton} icon="retry" label="Write it again" onClick=${onRetry} />`}
            ${message.run_id && html`<${IconButton} icon="inspect" label="Look into the run" onClick=${() => go({ id: threadId, run: message.run_id })} />`}
        </div>`}
    </article>`;
}

/** @param {{part: Json, own: boolean, message: Json}} props */
function Part({ part, own, message }) {
    const { show } = useShared();
    if (part.type === "text") {
        const citations = part.text.annotations.filter((/** @type {Json} */ it) => it.text).map((/** @type {Json} */ it, /** @type {number} */ i) => ({
            marker: it.text, label: String(i + 1), open: () => show("passage", { annotation: it, message }),
        }));
        return own ? html`<p class="plain">${part.text.value}</p>` : html`<${Markdown} text=${part.text.value} citations=${citations} />`;
    }
    if (part.type === "refusal") {
        return html`<p class="callout">${part.refusal}</p>`;
    }
    if (part.type === "image_file") {
        return html`<${FileImage} id=${part.image_file.file_id} />`;
    }
    const url = part.image_url?.url ?? "";
    return html`<a class="chip" href=${/^https?:/i.test(url) ? url : undefined} target="_blank" rel="noopener noreferrer">
        <${Icon} name="file" />Image elsewhere</a>`;
}

/** @param {{id: string}} props */
export function FileImage({ id }) {
    const [url, setUrl] = useState("");
    useEffect(() => {
        let made = "";
        content(id).then(blob => {
            made = URL.createObjectURL(blob);
            setUrl(made);
        }).catch(() => setUrl(""));
        return () => URL.revokeObjectURL(made);
    }, [id]);
    return html`<span class="image">${url && html`<img src=${url} alt=${`Image ${id}`} />`}</span>`;
}

/** @param {{steps: Json[]}} props */
export function ToolCalls({ steps }) {
    const calls = steps.flatMap(step => step.step_details.tool_calls ?? []);
    return calls.length > 0 && html`<ul class="calls" aria-label="Tool calls">${calls.map(call => html`<li key=${call.id}><${ToolCall} call=${call} /></li>`)}</ul>`;
}

/** @param {{call: Json, open?: boolean}} props */
export function ToolCall({ call, open }) {
    const { name, input, output } = callParts(call);
    return html`<details class="call" open=${open}>
        <summary><${Icon} name="code" /><strong>${name}</strong><span class="arguments">${input}</span>
            <span class=${`status ${output === null ? "in_progress" : "completed"}`}>${output === null ? "no output yet" : "done"}</span></summary>
        <pre tabindex="0" role="group" aria-label=${`Arguments of ${name}`}>${pretty(input)}</pre>
        ${output !== null && html`<pre tabindex="0" role="group" aria-label=${`Output of ${name}`}>${pretty(output)}</pre>`}
    </details>`;
}

/**
 * @param {Json} call
 * @returns {{name: string, input: string, output: string | null}}
 */
function callParts(call) {
    if (call.type === "function") {
        return { name: call.function.name, input: call.function.arguments, output: call.function.output };
    }
    const { input = "", outputs, results, ...rest } = call[call.type] ?? {};
    const output = outputs ?? results;
    return { name: call.type, input: input || JSON.stringify(rest), output: output ? JSON.stringify(output) : null };
}
