/** The form for the outputs that a run waits for. */

import { html, useState } from "./lib/preact.js";
import { post } from "./api.js";
import { Problem } from "./parts.js";
import { pretty } from "./words.js";

/** @typedef {Record<string, any>} Json */

/** @param {{run: Json}} props */
export function ToolForm({ run }) {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    /** @type {Json[]} */
    const calls = run.required_action.submit_tool_outputs.tool_calls;
    const submit = async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
        setBusy(true);
        setError(null);
        try {
            await post(`threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, {
                tool_outputs: calls.map(call => ({ tool_call_id: call.id, output: String(form.get(call.id)) })),
            });
        } catch (e) {
            setError(/** @type {Error} */ (e));
            setBusy(false);
        }
    };
    return html`<form class="tool-form" onSubmit=${submit} aria-label="Tool outputs">
        <h3>The run waits for ${calls.length === 1 ? "an output" : `${calls.length} outputs`}</h3>
        ${calls.map(call => html`<fieldset key=${call.id}>
            <legend><code>${call.function.name}</code></legend>
            <pre tabindex="0" role="group" aria-label=${`Arguments of ${call.function.name}`}>${pretty(call.function.arguments)}</pre>
            <label>Output<textarea name=${call.id} rows="2" placeholder="Text or JSON"></textarea></label>
        </fieldset>`)}
        <${Problem} error=${error} />
        <button type="submit" class="primary" disabled=${busy}>Submit</button>
    </form>`;
}
