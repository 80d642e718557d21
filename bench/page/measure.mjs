// Figures of the page: node measure.mjs <URL of the page> <Chromium>

import { cpus } from "node:os";
import { chromium } from "playwright-core";
import { say } from "./scenarios/steps.mjs";

const LOADS = 11;
const REPLIES = 3;
const SECONDS = 10;
const PACE = 100;
const FRAME = 1_000 / 60;

const [url, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}

async function open(context) {
  const page = await (context ?? await browser.newContext({ viewport: { width: 1360, height: 860 } })).newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  return page;
}

async function api(path, body) {
  return (await fetch(new URL(`v1/${path}`, url), body
    ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {})).json();
}

/**
 * The median times of the first contentful paint and of the field for a message, in milliseconds: each load in a profile without a cache, or
 * all in one with it.
 */
async function loads(cached) {
  const shared = cached ? await browser.newContext() : null;
  const paints = [];
  const fields = [];
  for (let i = 0; i < LOADS; i++) {
    const page = await open(shared);
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length === 1 && document.getElementById("composer"));
    const [paint, field] = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.now()]);
    paints.push(paint);
    fields.push(field);
    await (shared ? page.close() : page.context().close());
  }
  return [median(paints.slice(1)), median(fields.slice(1))]; // the first load warms the browser
}

/** The gaps between frames while a reply streams, in milliseconds, and the sum of layout shifts. */
async function streaming() {
  const page = await open();
  await say(page, `${PACE * SECONDS} words at ${PACE}`);
  await page.getByText("word 50 ").waitFor();
  await page.evaluate(() => {
    globalThis.shifts = 0;
    globalThis.frames = [];
    new PerformanceObserver((list) => list.getEntries().forEach((it) => { globalThis.shifts += it.value; })).observe({ type: "layout-shift" });
    let last = performance.now();
    const frame = (now) => {
      globalThis.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.getByText("the end of it").waitFor();
  const seen = await page.evaluate(() => ({ frames: globalThis.frames.slice(1), shifts: globalThis.shifts }));
  await page.context().close();
  return seen;
}

async function threads() {
  for (let i = 0; i < 1_000; i++) {
    await api("threads", { metadata: { title: `number ${i} of them` } });
  }
  const page = await open();
  await page.locator(".thread").first().waitFor();
  const begun = performance.now();
  await page.getByLabel("Search threads").fill("number 7 of");
  await page.waitForFunction(() => document.querySelectorAll(".thread").length === 1);
  const took = performance.now() - begun;
  await page.context().close();
  return took;
}

async function longRun() {
  const assistant = await api("assistants", { model: "paced" });
  let run = await api("threads/runs", { assistant_id: assistant.id, thread: { messages: [{ role: "user", content: "100000 words" }] } });
  while (run.status !== "completed") {
    await new Promise((resolve) => setTimeout(resolve, 500));
    run = await api(`threads/${run.thread_id}/runs/${run.id}`);
  }
  const page = await open();
  const begun = performance.now();
  await page.goto(`${url}#/threads/${run.thread_id}/runs/${run.id}`);
  await page.getByText(/Log 1000\d\d/).waitFor();
  const loaded = performance.now() - begun;
  const frames = await page.locator(".log .virtual").evaluate(async (it) => {
    const gaps = [];
    let last = performance.now();
    for (let i = 0; i <= 60; i++) {
      it.scrollTop = it.scrollHeight * i / 60;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      gaps.push(performance.now() - last);
      last = performance.now();
    }
    return gaps.slice(1);
  });
  await page.context().close();
  return { loaded, frames };
}

function row(what, figure) {
  console.log(`| ${what} | ${figure} |`);
}

const ms = (value) => `${Math.round(value)} ms`;
console.log(`${cpus()[0].model}, ${cpus().length} cores, Chromium ${browser.version()}\n`);
for (const [cached, words] of [[false, "nothing cached"], [true, "files cached"]]) {
  const [paint, field] = await loads(cached);
  row(`first paint, ${words}`, ms(paint));
  row(`ready for a message, ${words}`, ms(field));
}
const frames = [];
let shifts = 0;
for (let i = 0; i < REPLIES; i++) {
  const seen = await streaming();
  frames.push(...seen.frames);
  shifts = Math.max(shifts, seen.shifts);
}
row(`frames a second while a reply streams at ${PACE} tokens a second`, (frames.length / frames.reduce((a, b) => a + b) * 1_000).toFixed(1));
row("frames on time, within 1.5 frames of 60 a second", `${(frames.filter((it) => it < FRAME * 1.5).length / frames.length * 100).toFixed(1)} %`);
row("99 of 100 frames within", ms(quantile(frames, 0.99)));
row("layout shift while it streams", shifts);
row("one of 1,000 threads found by a word of its title", ms(await threads()));
const { loaded, frames: scrolled } = await longRun();
row("log of a run with 100,000 events on the screen", `${(loaded / 1_000).toFixed(1)} s`);
row("a frame while that log scrolls from end to end, median", ms(median(scrolled)));
await browser.close();
