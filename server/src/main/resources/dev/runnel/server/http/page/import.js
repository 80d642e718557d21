/** Conversations from files: an array of messages, an object or list page that has one, or a message a line. */

/** @typedef {Record<string, any>} Json */

/**
 * @param {string} text
 * @returns {{role: string, content: string}[]}
 * @throws {Error} that says what is wrong, in words for a person
 */
export function parseConversation(text) {
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
