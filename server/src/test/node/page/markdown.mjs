// Markdown against marked, which is the judge: node markdown.mjs
// What differs on purpose: HTML is text, mathematics stays as it is, and there are no reference links.

import assert from "node:assert/strict";
import { Lexer, Parser } from "marked";
import { parseMarkdown } from "./page/markdown-blocks.js";

const escape = (text) => text.replace(/[&<>"]/g, (it) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" })[it]);

function inline(tokens) {
  return tokens.map((it) => {
    switch (it.type) {
      case "strong": case "em": case "del": return `<${it.type}>${inline(it.tokens)}</${it.type}>`;
      case "codespan": return `<code>${escape(it.text)}</code>`;
      case "br": return "<br>";
      case "link": return `<a href="${escape(it.href)}">${inline(it.tokens)}</a>`;
      case "image": return `<img src="${escape(it.href)}" alt="${escape(it.text)}">`;
      default: return escape(it.text);
    }
  }).join("");
}

function block(it, tight) {
  switch (it.type) {
    case "heading": return `<h${it.depth}>${inline(it.tokens)}</h${it.depth}>`;
    case "code": return `<pre><code>${escape(it.text)}\n</code></pre>`;
    case "quote": return `<blockquote>${it.blocks.map((one) => block(one)).join("\n")}</blockquote>`;
    case "hr": return "<hr>";
    case "list": {
      const items = it.items.map((item) => `<li>${item.task === null ? "" : "[] "}${item.blocks.map((one) => block(one, !it.loose)).join("\n")}</li>`).join("\n");
      return it.ordered ? `<ol${it.start === 1 ? "" : ` start="${it.start}"`}>${items}</ol>` : `<ul>${items}</ul>`;
    }
    case "table": return `<table>${[it.header, ...it.rows].map((row) => row.map(inline).join("|")).join("\n")}</table>`;
    default: return tight ? inline(it.tokens) : `<p>${inline(it.tokens)}</p>`;
  }
}

const flat = (html) => html
  .replace(/<(t[dh])(?: align="\w+")?>/g, "").replace(/<\/t[dh]>\s*(?=<\/tr>)/g, "").replace(/<\/t[dh]>\s*/g, "|")
  .replace(/<\/?(thead|tbody|tr)>/g, "").replace(/<input[^>]*>\s*/g, "[] ").replace(/<code class="[^"]*">/g, "<code>")
  .replace(/&#39;/g, "'").replace(/ title="[^"]*"/g, "").replace(/\s+/g, " ").replace(/ ?<br> ?/g, "<br>").replace(/ ?(<\/?(?:p|ul|ol|li|h\d|pre|blockquote|hr|table)(?: start="\d+")?>) ?/g, "$1").trim();

const ours = (text) => flat(parseMarkdown(text).map((it) => block(it)).join("\n"));
const theirs = (text) => flat(Parser.parse(Lexer.lex(text)));

const WRITTEN = [
  "# Title\n\nSome *emphasis*, **strong**, ***both***, ~~gone~~ and `code`.\nNext line.",
  "Setext\n======\n\nSecond\n---\n\ntext",
  "- one\n- two\n  - inner\n  - more\n- three\n\nafter",
  "1. one\n2. two\n\n   second paragraph\n3. three",
  "3) three\n4) four",
  "- [ ] to do\n- [x] done",
  "* a\n\n* b\n\n* c",
  "```python\ndef f(x):\n    return x * 2\n```\n\ntext",
  "~~~\n```\n~~~",
  "```\nnot closed",
  "    indented code\n\n    more",
  "> quote\n> more\n\n> > nested\n\nlazy",
  "> quote\nlazy line",
  "| a | b |\n|---|:-:|\n| 1 | `x` |\n| 2 | **y** |\n\nafter",
  "a | b\n--- | ---\n1 | 2",
  "[link](https://example.org/a_(b)?q=1) and <https://example.org> and https://example.org/x.",
  "![image](https://example.org/i.png \"title\")",
  "[a **bold** link](https://example.org)",
  "snake_case_name and 2*3*4 and _em_ and __strong__",
  "\\*not em\\* and \\_this\\_",
  "line one  \nline two\\\nline three",
  "a ** b and c**d**e and *f*g",
  "**bold *inner* bold** and *em **strong** em*",
  "``a `b` c`` and `unclosed",
  "***\n---\n___\n\n* * *",
  "#hashtag is no heading\n\n####### nor this",
  "- a\n  ```js\n  code\n  ```\n- b\n\n  > quoted\n- c",
  "1. a\n   1. b\n      1. c\n2. d",
  "text\n- list right after\n- two",
  "text\n1. list right after\n\ntext\n2. not a list",
  "- a\n- b\n\n\n- c\n\ntext",
  "* a\n- b\n+ c",
  "**Note:** text\n\n* **Item:** text\n* **Item two:** text",
  "\"quotes\" & ampersands &amp; entities &#65;.",
  "emoji 🙂**bold**🙂 and 日本語**強調**です",
  "~one~ ~~two~~ ~~~three~~~",
  "[not a link] and [neither](",
  "- item\ncontinued lazily\n- next",
  "# Heading with `code` and *em* #\n## Two ##",
];

for (const text of WRITTEN) {
  assert.equal(ours(text), theirs(text), JSON.stringify(text));
  for (let end = 0; end < text.length; end++) {
    parseMarkdown(text.slice(0, end)); // as it streams in
  }
}

// What is hostile takes no longer than what is not.
for (const [piece, times] of [["*a_ ", 50_000], ["[", 100_000], ["`a``", 50_000], ["> ", 50_000], ["- ", 50_000], ["|a", 100_000], ["<", 100_000],
  ["$a", 100_000], ["\\(", 100_000], ["![a](", 50_000], ["**", 100_000], ["1. a\n", 50_000], ["  - a\n", 50_000], ["|-|-|\n", 50_000], ["&#", 100_000],
  ["https://", 50_000], ["```\n", 50_000], ["\n   ", 50_000], ["a  \n", 50_000]]) {
  const text = piece.repeat(times);
  const start = process.cpuUsage();
  parseMarkdown(text);
  const took = process.cpuUsage(start).user / 1_000; // of the processor: others may be using the machine too
  assert.ok(took < 4_000, `${JSON.stringify(piece)} × ${times} took ${Math.round(took)} ms`);
}

console.log("ok");
