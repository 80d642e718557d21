/** The protocol's values in words. */

/** @typedef {Record<string, any>} Json */

const ERRORS = /** @type {Record<string, string>} */ ({
    server_error: "The model server or a tool failed, or the run met one of the server's limits.",
    rate_limit_exceeded: "The model server refuses further requests for now.",
    invalid_prompt: "The model server refuses this prompt.",
});

const CUT_OFF = /** @type {Record<string, string>} */ ({
    max_completion_tokens: "The run may write no more tokens (max_completion_tokens).",
    max_prompt_tokens: "The run may send no more tokens to the model (max_prompt_tokens).",
    content_filter: "The model server's content filter ended the reply.",
});

/**
 * Why a run did not complete.
 *
 * @param {Json | null | undefined} run
 * @returns {{title: string, text: string} | null} null if there is nothing to explain
 */
export function outcome(run) {
    switch (run?.status) {
        case "failed":
            return {
                title: `The run failed: ${run.last_error?.code ?? "without a reason"}`,
                text: [ERRORS[run.last_error?.code], run.last_error?.message].filter(Boolean).join(" It says: "),
            };
        case "incomplete":
            return { title: "The reply was cut off", text: CUT_OFF[run.incomplete_details?.reason] ?? "" };
        case "expired":
            return { title: "The run expired", text: "It did not end before it expired." };
        case "cancelled":
            return { title: "The run was cancelled", text: "The text so far is kept." };
        default:
            return null;
    }
}

/**
 * The text of a message, its parts one below the other.
 *
 * @param {Json} message
 * @returns {string}
 */
export function textOf(message) {
    return message.content.map((/** @type {Json} */ part) => part.text?.value ?? part.refusal ?? "").filter(Boolean).join("\n\n");
}

/**
 * JSON with indentation; other text, or unfinished JSON, unchanged.
 *
 * @param {string} text
 */
export function pretty(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}
