// The page in a real browser: node program.mjs <Chromium>
// It reads lines "<URL of the server> <scenario> [argument …]", does one after the other, and prints "ok" or why not, and then a line with
// a dot. Where a scenario needs something done outside the browser it prints "?<what>" and goes on at the next line it reads.

import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import * as conversation from "./scenarios/conversation.mjs";
import * as looks from "./scenarios/looks.mjs";
import * as objects from "./scenarios/objects.mjs";
import * as runs from "./scenarios/runs.mjs";
import * as threads from "./scenarios/threads.mjs";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

const scenarios = { ...conversation, ...looks, ...objects, ...runs, ...threads };
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS });

/** Has something done outside. */
async function ask(what) {
  console.log(`?${what}`);
  await lines.next();
}

/** Keeps a figure. */
function note(words) {
  appendFileSync("figures.txt", `${words}\n`);
}

/** A page of its own profile; what it logs as wrong fails the scenario. */
async function open(url, faults, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
  context.setDefaultTimeout(30_000);
  const watch = (page) => {
    page.on("pageerror", (error) => faults.push(error.stack));
    page.on("console", (message) => {
      // What the server refuses is shown on the page, and is the scenario's to look at.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        faults.push(message.text());
      }
    });
  };
  context.on("page", watch);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

for (;;) {
  const { value: line, done } = await lines.next();
  if (done) {
    break;
  }
  const [url, name, ...args] = line.trim().split(" ");
  const faults = [];
  let page;
  try {
    page = await open(url, faults);
    await scenarios[name]({ page, url, args, ask, note, open: (options) => open(url, faults, options) });
    console.log(faults.length === 0 ? "ok" : `faults: ${faults.join("\n")}`);
  } catch (error) {
    await page?.screenshot({ path: `failed-${name}.png` }).catch(() => {});
    console.log([error.stack, ...faults].join("\n"));
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
  console.log(".");
}
await browser.close();
