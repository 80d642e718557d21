/**
 * Markdown's blocks, as GitHub and the models write them: headings, paragraphs, lists, quotes, code, tables and rules.
 * `markdown-inline.js` parses their content. The time is in proportion to the text, for any text.
 */

import { parseInline } from "./markdown-inline.js";

/** @typedef {{type: string, raw: string, gap: boolean, [more: string]: any}} Block `raw` is its text; `gap` says that blank lines are above it */

const FENCE = /^( {0,3})(`{3,}(?!.*`)|~{3,}) *([^\s]*).*$/;
const HEADING = /^ {0,3}(#{1,6})(?: +(.*?))??(?: +#+)? *$/;
const RULE = /^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-+*]|(\d{1,9})[.)])( +|$)/;
const UNDERLINE = /^ {0,3}(=+|-+) *$/;
const TABLE_RULE = /^ {0,3}(?=.*\|)\|?(?: *:?-+:? *\|)* *:?-+:? *\|?$/;
const CODE = /^ {4}/;
const BLANK = /^ *$/;
const TASK = /^\[([ xX])\] +/;

/** The deepest nesting of lists and quotes; deeper ones are text. */
const DEEPEST = 16;

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function parseMarkdown(text) {
    return parseBlocks(text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), 0);
}

/**
 * @param {string[]} lines
 * @param {number} depth
 * @returns {Block[]}
 */
function parseBlocks(lines, depth) {
    /** @type {Block[]} */
    const blocks = [];
    for (let at = 0; at < lines.length;) {
        if (BLANK.test(lines[at])) {
            at++;
            continue;
        }
        const { end, ...block } = blockAt(lines, at, depth);
        blocks.push({ ...block, type: block.type, gap: at > 0 && blocks.length > 0 && BLANK.test(lines[at - 1]), raw: lines.slice(at, end).join("\n") });
        at = end;
    }
    return blocks;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 * @returns {{type: string, end: number, [more: string]: any}}
 */
function blockAt(lines, at, depth) {
    const line = lines[at];
    const fence = FENCE.exec(line);
    if (fence) {
        return fenced(lines, at, fence);
    }
    const heading = HEADING.exec(line);
    if (heading) {
        return { type: "heading", depth: heading[1].length, tokens: parseInline(heading[2] ?? ""), end: at + 1 };
    }
    if (RULE.test(line)) {
        return { type: "hr", end: at + 1 };
    }
    if (QUOTE.test(line) && depth < DEEPEST) {
        return quote(lines, at, depth);
    }
    if (ITEM.test(line) && depth < DEEPEST) {
        return list(lines, at, depth);
    }
    if (CODE.test(line)) {
        return indented(lines, at);
    }
    return table(lines, at) ?? paragraph(lines, at, depth);
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {RegExpExecArray} fence
 */
function fenced(lines, at, [, indent, marks, language]) {
    const close = new RegExp(`^ {0,3}${marks[0]}{${marks.length},} *$`);
    let end = at + 1;
    while (end < lines.length && !close.test(lines[end])) {
        end++;
    }
    const text = lines.slice(at + 1, end).map(it => it.replace(new RegExp(`^ {0,${indent.length}}`), "")).join("\n");
    return { type: "code", text, language, end: end + 1 };
}

/**
 * @param {string[]} lines
 * @param {number} at
 */
function indented(lines, at) {
    let end = at;
    for (let next = at; next < lines.length && (CODE.test(lines[next]) || BLANK.test(lines[next])); next++) {
        end = BLANK.test(lines[next]) ? end : next + 1;
    }
    return { type: "code", text: lines.slice(at, end).map(it => it.slice(4)).join("\n"), language: "", end };
}

/**
 * Whether a line begins a block that a paragraph before it ends at.
 *
 * @param {string} line
 */
function interrupts(line) {
    const item = ITEM.exec(line);
    return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line)
        || (item !== null && item[4] !== "" && (item[3] ?? "1") === "1");
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 */
function quote(lines, at, depth) {
    const inside = [];
    let end = at;
    while (end < lines.length && !BLANK.test(lines[end])
        && (QUOTE.test(lines[end]) || (!interrupts(lines[end]) && !BLANK.test(inside.at(-1) ?? "")))) {
        inside.push(lines[end++].replace(QUOTE, ""));
    }
    return { type: "quote", blocks: parseBlocks(inside, depth + 1), end };
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 */
function list(lines, at, depth) {
    const first = /** @type {RegExpExecArray} */ (ITEM.exec(lines[at]));
    const kind = first[2].at(-1);
    const items = [];
    let end = at;
    let loose = false;
    for (let item; end < lines.length && (item = ITEM.exec(lines[end])) && item[2].at(-1) === kind && !RULE.test(lines[end]);) {
        const { inside, next, apart } = itemLines(lines, end, item);
        const task = TASK.exec(inside[0]);
        if (task) {
            inside[0] = inside[0].slice(task[0].length);
        }
        const blocks = parseBlocks(inside, depth + 1);
        loose ||= apart || blocks.some(it => it.gap);
        items.push({ blocks, task: task ? task[1] !== " " : null });
        end = next;
    }
    return { type: "list", ordered: first[3] !== undefined, start: Number(first[3] ?? 1), loose, items, end };
}

/**
 * The lines of one item, without its mark and indent.
 *
 * @param {string[]} lines
 * @param {number} at
 * @param {RegExpExecArray} item
 * @returns {{inside: string[], next: number, apart: boolean}} `apart` if a blank line comes before the next item
 */
function itemLines(lines, at, [mark, , , , gap]) {
    const indent = gap.length > 4 || gap === "" ? mark.trimEnd().length + 1 : mark.length;
    const inside = [lines[at].slice(indent)];
    let end = at + 1;
    for (let next = end; next < lines.length; next++) {
        const line = lines[next];
        const blank = BLANK.test(lines[next - 1]) && next > at + 1;
        if (BLANK.test(line)) {
            continue;
        }
        const within = line.startsWith(" ".repeat(indent));
        if (!within && (blank || ITEM.test(line) || interrupts(line) || CODE.test(inside.at(-1) ?? ""))) {
            break;
        }
        while (end < next) {
            inside.push("");
            end++;
        }
        inside.push(within ? line.slice(indent) : line.trimStart());
        end = next + 1;
    }
    let next = end;
    while (next < lines.length && BLANK.test(lines[next])) {
        next++;
    }
    const another = next < lines.length && ITEM.test(lines[next]);
    return { inside, next: another ? next : end, apart: another && next > end };
}

/**
 * @param {string} row
 * @returns {string[]}
 */
function cells(row) {
    return row.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/).map(it => it.trim().replaceAll("\\|", "|"));
}

/**
 * @param {string[]} lines
 * @param {number} at
 */
function table(lines, at) {
    if (!lines[at].includes("|") || !TABLE_RULE.test(lines[at + 1] ?? "")) {
        return null;
    }
    const header = cells(lines[at]);
    const rule = cells(lines[at + 1]);
    if (header.length !== rule.length) {
        return null;
    }
    let end = at + 2;
    while (end < lines.length && !BLANK.test(lines[end]) && !interrupts(lines[end])) {
        end++;
    }
    const align = rule.map(it => it.endsWith(":") ? (it.startsWith(":") ? "center" : "right") : "");
    const rows = lines.slice(at + 2, end).map(row => cells(row)).map(row => header.map((_, i) => parseInline(row[i] ?? "")));
    return { type: "table", header: header.map(it => parseInline(it)), align, rows, end };
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 */
function paragraph(lines, at, depth) {
    let end = at + 1;
    while (end < lines.length && !BLANK.test(lines[end])) {
        const underline = UNDERLINE.exec(lines[end]);
        if (underline) {
            const tokens = parseInline(textOf(lines, at, end));
            return { type: "heading", depth: underline[1][0] === "=" ? 1 : 2, tokens, end: end + 1 };
        }
        if ((interrupts(lines[end]) && depth < DEEPEST) || table(lines, end)) {
            break;
        }
        end++;
    }
    return { type: "paragraph", tokens: parseInline(textOf(lines, at, end)), end };
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} end
 */
function textOf(lines, at, end) {
    return lines.slice(at, end).map(it => it.trimStart()).join("\n").trimEnd();
}
