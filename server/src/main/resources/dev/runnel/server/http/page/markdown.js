/**
 * Markdown as elements. The page makes no HTML from the text of a model or a file, so there is none to clean: tokens become
 * elements of the kinds below, HTML is shown as text, links lead only to the web and to mail, and images of other hosts are
 * links.
 */

import { html, Component } from "./lib/preact.js";
import { highlight } from "./highlight.js";
import { parseMarkdown } from "./markdown-blocks.js";
import { CopyButton } from "./parts.js";

/**
 * @typedef {import("./markdown-blocks.js").Block} Block
 * @typedef {import("./markdown-inline.js").Inline} Inline
 * @typedef {{marker: string, label: string, open: () => void}} Citation a piece of the text that opens its source
 */

const SAFE_LINK = /^(https?:|mailto:)/i;

/** The page itself has the higher headings. */
const HEADINGS_ABOVE = 2;

/** A text, block by block: while it grows, only the changed blocks are rendered again. */
export class Markdown extends Component {
    /** @param {{text: string, citations?: Citation[]}} props */
    render({ text, citations = [] }) {
        return html`<div class="markdown">${
            parseMarkdown(text).map((it, i) => html`<${BlockView} key=${i} block=${it} citations=${citations} />`)}</div>`;
    }
}

class BlockView extends Component {
    /** @param {{block: Block, citations: Citation[]}} next */
    shouldComponentUpdate(next) {
        return next.block.raw !== this.props.block.raw || next.block.type !== this.props.block.type
            || next.citations.length !== this.props.citations.length;
    }

    /** @param {{block: Block, citations: Citation[]}} props */
    render({ block, citations }) {
        return element(block, citations);
    }
}

/**
 * @param {Block} block
 * @param {Citation[]} citations
 * @returns {any}
 */
function element(block, citations) {
    const inside = (/** @type {Inline[]} */ tokens) => inline(tokens, citations);
    const blocks = (/** @type {Block[]} */ some) => some.map(it => element(it, citations));
    switch (block.type) {
        case "heading":
            return html`<${`h${Math.min(6, block.depth + HEADINGS_ABOVE)}`}>${inside(block.tokens)}<//>`;
        case "code":
            return html`<${CodeBlock} code=${block.text} language=${block.language} />`;
        case "quote":
            return html`<blockquote>${blocks(block.blocks)}</blockquote>`;
        case "hr":
            return html`<hr />`;
        case "list":
            return list(block, (/** @type {Block} */ it) => it.type === "paragraph" && !block.loose ? inside(it.tokens) : element(it, citations));
        case "table":
            return table(block, inside);
        default:
            return html`<p>${inside(block.tokens)}</p>`;
    }
}

/**
 * @param {Block} block
 * @param {(block: Block) => any} show
 */
function list(block, show) {
    const items = block.items.map((/** @type {any} */ item) => html`<li class=${item.task === null ? undefined : "task"}>
        ${item.task !== null && html`<input type="checkbox" disabled checked=${item.task} aria-label=${item.task ? "done" : "to do"} />`}
        ${item.blocks.map(show)}</li>`);
    return block.ordered ? html`<ol start=${block.start}>${items}</ol>` : html`<ul>${items}</ul>`;
}

/**
 * @param {Block} block
 * @param {(tokens: Inline[]) => any} inside
 */
function table({ header, align, rows }, inside) {
    const row = (/** @type {string} */ tag, /** @type {Inline[][]} */ cells) => html`<tr>${cells.map((cell, i) =>
        html`<${tag} class=${align[i] ? `align-${align[i]}` : undefined}>${inside(cell)}<//>`)}</tr>`;
    return html`<div class="table" tabindex="0" role="group" aria-label="Table"><table>
        <thead>${row("th", header)}</thead><tbody>${rows.map((/** @type {Inline[][]} */ it) => row("td", it))}</tbody>
    </table></div>`;
}

/**
 * @param {Inline[]} tokens
 * @param {Citation[]} citations
 * @returns {any[]}
 */
function inline(tokens, citations) {
    return tokens.map(token => {
        switch (token.type) {
            case "strong":
            case "em":
            case "del":
                return html`<${token.type}>${inline(token.tokens, citations)}<//>`;
            case "codespan":
                return html`<code>${token.text}</code>`;
            case "br":
                return html`<br />`;
            case "link":
                return anchor(token.href, inline(token.tokens, citations));
            case "image":
                return anchor(token.href, ["🖼 ", token.text || "image"]);
            case "math":
                return html`<span class="math">${token.text}</span>`;
            default:
                return cited(token.text, citations);
        }
    });
}

/**
 * @param {string} href
 * @param {any} children
 */
function anchor(href, children) {
    return SAFE_LINK.test(href)
        ? html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow" title=${href}>${children}</a>`
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

/** @param {{code: string, language: string}} props */
export function CodeBlock({ code, language }) {
    return html`<div class="code">
        <div class="code-head"><span>${language || "text"}</span><${CopyButton} text=${code} label="Copy code" /></div>
        <pre tabindex="0" role="group" aria-label=${`Code, ${language || "text"}`}><code>${highlight(code, language)}</code></pre>
    </div>`;
}
