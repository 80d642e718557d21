/** The present view as a program, ready to run. */

import { html, useState } from "./lib/preact.js";
import { BASE_URL, key } from "./api.js";
import { CodeBlock } from "./markdown.js";
import { Dialog } from "./parts.js";
import { LANGUAGES, snippet } from "./snippets.js";

/** @typedef {Record<string, any>} Json */

/** @param {{about: Json, onClose: () => void}} props */
export function CodeDialog({ about, onClose }) {
    const [language, setLanguage] = useState(LANGUAGES[0]);
    const { code, needs } = snippet(language.id, about, BASE_URL, key() !== "");
    return html`<${Dialog} title="As code" onClose=${onClose} wide>
        <div class="tabs" role="group" aria-label="Language">${LANGUAGES.map(it => html`<button type="button" aria-pressed=${it === language}
            onClick=${() => setLanguage(it)}>${it.name}</button>`)}</div>
        <${CodeBlock} code=${code} language=${language.highlight} />
        <p class="hint">${needs} ${key() && html`The key is taken from the environment: <code>RUNNEL_API_KEY</code>.`}</p>
    <//>`;
}
