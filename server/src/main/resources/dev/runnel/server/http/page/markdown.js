/**
 * Markdown as elements. No HTML is made of what a model or a file says, so there is none to clean: tokens become elements of the kinds
 * below, HTML among them is shown as the text it is, links lead only to the web and to mail, and images of other hosts are links.
 */

import { html, Component } from "./lib/preact.js";
import { Lexer, use } from "./lib/marked.js";
import { highlight } from "./highlight.js";
import { CopyButton } from "./parts.js";

/**
 * @typedef {Record<string, any>} Token
 * @typedef {{marker: string, label: string, open: () => void}} Citation a piece of the text that opens its source
 */

const SAFE_LINK = /^(https?:|mailto:)/i;
const ENTITIES = /** @type {Record<string, string>} */ ({
    amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'", nbsp: "\u00a0", hellip: "…", mdash: "—", ndash: "–", copy: "©",
});

/** Mathematics stays text: its underscores, stars and backslashes are no Markdown. */
const MATH = /^(?:\$\$[^]+?\$\$|\$(?!\s)[^$\n]*?[^\s$\\]\$(?!\d)|\\\([^]+?\\\)|\\\[[^]+?\\\])/;

use({
    extensions: [{
        name: "math",
        level: "inline",
        start: source => source.search(/\$|\\[([]/),
        tokenizer(source) {
            const raw = MATH.exec(source)?.[0];
            return raw ? { type: "math", raw } : undefined;
        },
    }],
});

/** A text, block by block: while it grows, only the blocks that changed are made anew. */
export class Markdown extends Component {
    /** @param {{text: string, citations?: Citation[]}} props */
    render({ text, citations = [] }) {
        return html`<div class="markdown">${
            Lexer.lex(text).map((token, i) => html`<${Block} key=${i} token=${token} citations=${citations} />`)}</div>`;
    }
}

class Block extends Component {
    /** @param {{token: Token, citations: Citation[]}} next */
    shouldComponentUpdate(next) {
        return next.token.raw !== this.props.token.raw || next.citations.length !== this.props.citations.length;
    }

    /** @param {{token: Token, citations: Citation[]}} props */
    render({ token, citations }) {
        return block(token, citations);
    }
}

/**
 * @param {Token} token
 * @param {Citation[]} citations
 * @returns {any}
 */
function block(token, citations) {
    switch (token.type) {
        case "heading":
            // The page has headings of its own above.
            return html`<${`h${Math.min(6, token.depth + 2)}`}>${inline(token.tokens, citations)}<//>`;
        case "paragraph":
            return html`<p>${inline(token.tokens, citations)}</p>`;
        case "code":
            return html`<${CodeBlock} code=${token.text} language=${(token.lang ?? "").split(/\s/)[0]} />`;
        case "blockquote":
            return html`<blockquote>${blocks(token.tokens, citations)}</blockquote>`;
        case "list":
            return list(token, citations);
        case "table":
            return table(token, citations);
        case "hr":
            return html`<hr />`;
        case "html":
            return html`<p class="raw">${token.raw.trimEnd()}</p>`;
        case "text":
            return inline(token.tokens ?? [token], citations);
        case "space":
        case "def":
            return null;
        default:
            return inline([token], citations);
    }
}

/**
 * @param {Token[]} tokens
 * @param {Citation[]} citations
 */
function blocks(tokens, citations) {
    return tokens.map(token => block(token, citations));
}

/**
 * @param {Token} token
 * @param {Citation[]} citations
 */
function list(token, citations) {
    const items = token.items.map((/** @type {Token} */ item) => html`<li class=${item.task ? "task" : undefined}>${
        blocks(item.tokens, citations)}</li>`);
    return token.ordered ? html`<ol start=${token.start || 1}>${items}</ol>` : html`<ul>${items}</ul>`;
}

/**
 * @param {Token} token
 * @param {Citation[]} citations
 */
function table(token, citations) {
    const cell = (/** @type {string} */ tag, /** @type {Token} */ it) =>
        html`<${tag} class=${it.align ? `align-${it.align}` : undefined}>${inline(it.tokens, citations)}<//>`;
    return html`<div class="table" tabindex="0" role="group" aria-label="Table"><table>
        <thead><tr>${token.header.map((/** @type {Token} */ it) => cell("th", it))}</tr></thead>
        <tbody>${token.rows.map((/** @type {Token[]} */ row) => html`<tr>${row.map(it => cell("td", it))}</tr>`)}</tbody>
    </table></div>`;
}

/**
 * @param {Token[]} tokens
 * @param {Citation[]} citations
 * @returns {any[]}
 */
function inline(tokens, citations) {
    return tokens.map(token => {
        switch (token.type) {
            case "strong":
                return html`<strong>${inline(token.tokens, citations)}</strong>`;
            case "em":
                return html`<em>${inline(token.tokens, citations)}</em>`;
            case "del":
                return html`<del>${inline(token.tokens, citations)}</del>`;
            case "codespan":
                return html`<code>${token.text}</code>`;
            case "br":
                return html`<br />`;
            case "link":
                return anchor(token.href, inline(token.tokens, citations));
            case "image":
                return anchor(token.href, ["🖼 ", token.text || "image"], "image-link");
            case "checkbox":
                return html`<input type="checkbox" disabled checked=${token.checked} aria-label=${token.checked ? "done" : "to do"} />`;
            case "math":
                return html`<span class="math">${token.raw}</span>`;
            case "html":
                return /^<br\s*\/?>$/i.test(token.raw) ? html`<br />` : token.raw;
            case "escape":
                return token.text;
            default:
                return token.tokens ? inline(token.tokens, citations) : cited(entities(token.raw), citations);
        }
    });
}

/**
 * @param {string} href
 * @param {any} children
 * @param {string} [kind]
 */
function anchor(href, children, kind) {
    return SAFE_LINK.test(href)
        ? html`<a class=${kind} href=${href} target="_blank" rel="noopener noreferrer nofollow" title=${href}>${children}</a>`
        : html`<span class="unsafe-link" title="This link does not lead to the web.">${children}</span>`;
}

/**
 * @param {string} text
 * @param {Citation[]} citations
 * @returns {any}
 */
function cited(text, citations) {
    const citation = citations.find(it => it.marker && text.includes(it.marker));
    if (!citation) {
        return text;
    }
    const [before, ...after] = text.split(citation.marker);
    return [cited(before, citations), html`<button type="button" class="citation" onClick=${citation.open}>${citation.label}</button>`,
        cited(after.join(citation.marker), citations)];
}

/** @param {string} text */
function entities(text) {
    return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
        const point = decimal ? Number(decimal) : hex ? parseInt(hex, 16) : 0;
        return name ? ENTITIES[name] ?? whole : point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
}

/** @param {{code: string, language: string}} props */
export function CodeBlock({ code, language }) {
    return html`<div class="code">
        <div class="code-head"><span>${language || "text"}</span><${CopyButton} text=${code} label="Copy code" /></div>
        <pre tabindex="0" role="group" aria-label=${`Code, ${language || "text"}`}><code>${highlight(code, language)}</code></pre>
    </div>`;
}
