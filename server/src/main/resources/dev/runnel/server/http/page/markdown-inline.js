/** The content of Markdown's blocks: emphasis, code, links, images, line ends; and mathematics, which stays text. */

/** @typedef {{type: string, [more: string]: any}} Inline */
/** @typedef {{type: "run", mark: string, count: number, opens: boolean, closes: boolean}} Run a row of stars, underscores or tildes */

const SPECIAL = /[\\`*_~[!<&$\n]|https?:\/\//g;
const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const MATH = /\$\$[^$]{1,2000}\$\$|\$(?!\s)[^$\n]{0,400}[^\s$\\]\$(?!\d)|\\\([^\n]{1,400}?\\\)|\\\[[^\]]{1,2000}?\\\]/y;
const AUTO_LINK = /<(https?:[^\s<>]*|mailto:[^\s<>]*|[\w.+-]+@[\w.-]+)>/y;
const BREAK_TAG = /<br *\/?>/iy;
const BARE_LINK = /https?:\/\/[^\s<>]+/y;
const TARGET = /\(\s*(?:<([^<>\n]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/y;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/iy;
const ENTITIES = /** @type {Record<string, string>} */ ({
    amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'", nbsp: "\u00a0", hellip: "…", mdash: "—", ndash: "–", copy: "©",
});
const WORD = /[\p{L}\p{N}]/u;

/** The longest text of a link, and the deepest nesting of links and images. */
const LONGEST_LABEL = 400;
const DEEPEST = 8;

/** A text with more pieces than anybody writes by hand is shown without emphasis, because pairing takes quadratic time. */
const MOST_PARTS = 4_000;

/**
 * @param {RegExp} pattern a sticky one
 * @param {string} text
 * @param {number} at
 */
function match(pattern, text, at) {
    pattern.lastIndex = at;
    return pattern.exec(text);
}

/**
 * @param {string} text
 * @param {number} [depth]
 * @returns {Inline[]}
 */
export function parseInline(text, depth = 0) {
    /** @type {(Inline | Run)[]} */
    const parts = [];
    /** Rows of backticks that nothing closes, by their length: nothing is looked for twice. @type {Set<number>} */
    const unclosed = new Set();
    let written = 0;
    for (let at = 0; at < text.length;) {
        SPECIAL.lastIndex = at;
        const special = SPECIAL.exec(text);
        if (!special) {
            break;
        }
        const found = specialAt(text, special.index, depth, unclosed);
        if (found) {
            if (special.index > written) {
                parts.push({ type: "text", text: text.slice(written, special.index) });
            }
            parts.push(found.part);
            written = found.end;
        }
        at = found ? found.end : special.index + special[0].length;
    }
    if (written < text.length) {
        parts.push({ type: "text", text: text.slice(written) });
    }
    return emphasised(parts);
}

/**
 * The element at a special character; null if it is only text.
 *
 * @param {string} text
 * @param {number} at
 * @param {number} depth
 * @param {Set<number>} unclosed
 * @returns {{part: Inline | Run, end: number} | null}
 */
function specialAt(text, at, depth, unclosed) {
    const to = (/** @type {RegExpExecArray} */ found, /** @type {Inline} */ part) => ({ part, end: at + found[0].length });
    const math = match(MATH, text, at);
    if (math) {
        return to(math, { type: "math", text: math[0] });
    }
    let found;
    switch (text[at]) {
        case "\\":
            found = match(ESCAPE, text, at);
            return found ? to(found, { type: "text", text: found[1] })
                : text[at + 1] === "\n" ? { part: { type: "br" }, end: at + 2 } : null;
        case "\n":
            return { part: text.endsWith("  ", at) ? { type: "br" } : { type: "text", text: "\n" }, end: at + 1 };
        case "`":
            return codeAt(text, at, unclosed);
        case "<":
            found = match(AUTO_LINK, text, at);
            if (found) {
                const href = found[1].includes(":") ? found[1] : `mailto:${found[1]}`;
                return to(found, { type: "link", href, tokens: [{ type: "text", text: found[1] }] });
            }
            found = match(BREAK_TAG, text, at);
            return found && to(found, { type: "br" });
        case "!":
            return text[at + 1] === "[" ? linkAt(text, at + 1, depth, true) : null;
        case "[":
            return linkAt(text, at, depth, false);
        case "&":
            return entityAt(text, at);
        case "h":
            return bareLinkAt(text, at);
        default:
            return "*_~".includes(text[at]) ? runAt(text, at) : null;
    }
}

/**
 * @param {string} text
 * @param {number} at
 */
function entityAt(text, at) {
    const found = match(ENTITY, text, at);
    const point = found?.[1] ? Number(found[1]) : parseInt(found?.[2] ?? "", 16);
    const character = found?.[3] ? ENTITIES[found[3]] : point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
    return found && character ? { part: { type: "text", text: character }, end: at + found[0].length } : null;
}

/**
 * @param {string} text
 * @param {number} at
 * @param {Set<number>} unclosed
 */
function codeAt(text, at, unclosed) {
    let open = at;
    while (text[open] === "`") {
        open++;
    }
    const count = open - at;
    const row = /`+/g;
    row.lastIndex = open;
    for (let close; !unclosed.has(count) && (close = row.exec(text));) {
        if (close[0].length === count) {
            const code = text.slice(open, close.index).replaceAll("\n", " ");
            return { part: { type: "codespan", text: / [^ ]|[^ ] /.test(code) ? code.replace(/^ (.*) $/, "$1") : code }, end: close.index + count };
        }
    }
    unclosed.add(count);
    return { part: { type: "text", text: text.slice(at, open) }, end: open };
}

/**
 * @param {string} text
 * @param {number} at where its bracket is
 * @param {number} depth
 * @param {boolean} image
 */
function linkAt(text, at, depth, image) {
    let open = 0;
    let close = at;
    for (; close < text.length && close - at < LONGEST_LABEL; close++) {
        if (text[close] === "\\") {
            close++;
        } else if (text[close] === "[") {
            open++;
        } else if (text[close] === "]" && --open === 0) {
            break;
        }
    }
    const target = open === 0 && depth < DEEPEST ? match(TARGET, text, close + 1) : null;
    if (!target) {
        return null;
    }
    const label = text.slice(at + 1, close);
    const href = (target[1] ?? target[2]).replace(/\\([!-/:-@[-`{-~])/g, "$1");
    const tokens = parseInline(label, depth + 1);
    return { part: image ? { type: "image", href, text: plain(tokens) } : { type: "link", href, tokens }, end: close + 1 + target[0].length };
}

/** @param {Inline[]} tokens @returns {string} */
function plain(tokens) {
    return tokens.map(it => it.tokens ? plain(it.tokens) : it.text ?? "").join("");
}

/**
 * @param {string} text
 * @param {number} at
 */
function bareLinkAt(text, at) {
    if (at > 0 && WORD.test(text[at - 1])) {
        return null;
    }
    let href = (match(BARE_LINK, text, at)?.[0] ?? "").replace(/[?!.,:*_~'";]+$/, "");
    while (href.endsWith(")") && href.split(")").length > href.split("(").length) {
        href = href.slice(0, -1).replace(/[?!.,:*_~'";]+$/, "");
    }
    return href.length > "https://".length
        ? { part: { type: "link", href, tokens: [{ type: "text", text: href }] }, end: at + href.length } : null;
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {{part: Run, end: number}}
 */
function runAt(text, at) {
    const mark = text[at];
    let end = at;
    while (text[end] === mark) {
        end++;
    }
    const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? " ";
    const after = [...text.slice(end, end + 2)][0] ?? " ";
    const left = !/\s/.test(after) && (isWord(after) || /\s/.test(before) || !isWord(before));
    const right = !/\s/.test(before) && (isWord(before) || /\s/.test(after) || !isWord(after));
    const inWord = mark === "_";
    return {
        part: {
            type: "run", mark, count: end - at,
            opens: left && (!inWord || !right || !isWord(before)), closes: right && (!inWord || !left || !isWord(after)),
        },
        end,
    };
}

/** @param {string} character */
function isWord(character) {
    return !/[\p{P}\p{S}\s]/u.test(character);
}

/**
 * Pairs the rows of stars, underscores and tildes, as CommonMark says.
 *
 * @param {(Inline | Run)[]} parts
 * @returns {Inline[]}
 */
function emphasised(parts) {
    for (let close = 0; close < parts.length && parts.length < MOST_PARTS; close++) {
        const closer = /** @type {Run} */ (parts[close]);
        if (closer.type !== "run" || !closer.closes) {
            continue;
        }
        const open = openerOf(parts, close, closer);
        if (open < 0) {
            continue;
        }
        const opener = /** @type {Run} */ (parts[open]);
        const count = closer.mark === "~" ? closer.count : Math.min(2, opener.count, closer.count);
        const tokens = emphasised(parts.slice(open + 1, close).map(asText));
        const type = closer.mark === "~" ? "del" : count === 2 ? "strong" : "em";
        opener.count -= count;
        closer.count -= count;
        const left = [...(opener.count > 0 ? [opener] : []), { type, tokens }, ...(closer.count > 0 ? [closer] : [])];
        parts.splice(open, close - open + 1, ...left);
        close = open + left.length - (closer.count > 0 ? 2 : 1);
    }
    return parts.map(asText);
}

/**
 * @param {(Inline | Run)[]} parts
 * @param {number} close
 * @param {Run} closer
 */
function openerOf(parts, close, closer) {
    for (let open = close - 1; open >= 0; open--) {
        const run = /** @type {Run} */ (parts[open]);
        const third = (run.closes || closer.opens) && (run.count + closer.count) % 3 === 0 && (run.count % 3 !== 0 || closer.count % 3 !== 0);
        if (run.type === "run" && run.mark === closer.mark && run.opens && !third && (run.mark !== "~" || (run.count === closer.count && run.count < 3))) {
            return open;
        }
    }
    closer.closes = false;
    return -1;
}

/** @param {Inline | Run} part @returns {Inline} */
function asText(part) {
    return part.type === "run" ? { type: "text", text: part.mark.repeat(part.count) } : part;
}
