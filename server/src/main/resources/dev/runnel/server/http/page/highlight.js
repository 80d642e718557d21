/** Colours code: comments, strings, numbers and the keywords that most languages share. It is quick and not perfect. */

import { html } from "./lib/preact.js";

const KEYWORDS = new Set((
    "abstract and as assert async await begin bool boolean break byte case catch char class const continue def default defer del do done "
    + "double elif else end enum esac except export extends extern false fi final finally float fn for from func function global go goto "
    + "if impl implements import in instanceof int interface is lambda let long match mod module mut namespace new nil none not null of "
    + "operator or override package pass private protected pub public raise record ref return select self short signed sizeof static "
    + "string struct super switch template then this throw throws trait true try type typedef typeof union unless unsafe unsigned use "
    + "using val var virtual void volatile when where while with yield").split(" "));

const SQL = new Set((
    "select from where and or not insert into values update set delete create table index join left right inner outer on group by order "
    + "having limit offset as distinct union all null is in like between case when then else end primary key default").split(" "));

const HASH_COMMENTS = new Set(["python", "py", "sh", "bash", "shell", "zsh", "ruby", "rb", "yaml", "yml", "toml", "make", "r", "perl"]);
const PLAIN = new Set(["text", "txt", "plain", "plaintext", "markdown", "md", "diff"]);

const LONGEST = 50_000;

/** @param {string} language */
function pattern(language) {
    const comment = HASH_COMMENTS.has(language) ? "#[^\\n]*"
        : language === "sql" || language === "lua" ? "--[^\\n]*|\\/\\*[^]*?(?:\\*\\/|$)"
            : language === "html" || language === "xml" ? "<!--[^]*?(?:-->|$)" : "\\/\\/[^\\n]*|\\/\\*[^]*?(?:\\*\\/|$)";
    const string = "\"\"\"[^]*?(?:\"\"\"|$)|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'|`(?:\\\\.|[^`\\\\])*`?";
    return new RegExp(`(${comment})|(${string})|(\\b\\d[\\w.]*\\b)|([A-Za-z_$][\\w$]*)`, "g");
}

/**
 * @param {string} code
 * @param {string} language as it stands after the fence
 */
export function highlight(code, language) {
    const name = language.toLowerCase();
    if (PLAIN.has(name) || code.length > LONGEST) {
        return code;
    }
    const keywords = name === "sql" ? SQL : KEYWORDS;
    const parts = [];
    let at = 0;
    for (const match of code.matchAll(pattern(name))) {
        const [text, comment, string, number, word] = match;
        const kind = comment ? "comment" : string ? "string" : number ? "number"
            : keywords.has(name === "sql" ? word.toLowerCase() : word) ? "keyword" : code[match.index + text.length] === "(" ? "call" : "";
        if (kind) {
            parts.push(code.slice(at, match.index), html`<span class=${`hl-${kind}`}>${text}</span>`);
            at = match.index + text.length;
        }
    }
    parts.push(code.slice(at));
    return parts;
}
