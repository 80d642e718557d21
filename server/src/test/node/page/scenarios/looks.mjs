// How it looks and feels: keyboard, screen readers, sizes, speed; and the pictures of the documentation.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { idle, replied, say, until } from "./steps.mjs";

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** What axe finds that keeps somebody from using the page. */
async function barriers(page) {
  await page.evaluate(AXE); // from outside: the page's own policy lets no script in
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.filter((it) => it.impact === "serious" || it.impact === "critical")
    .map((it) => `${it.id}: ${it.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).slice(0, 3).join("; ")}`);
}

export async function keyboardOnly({ page }) {
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim());
  await until(focused, "Message");
  await page.keyboard.type("Hello");
  await page.keyboard.press("Enter");
  await replied(page, "Once upon");
  await until(focused, "Message");
  await page.keyboard.press("Escape");
  await idle(page);
  for (let i = 0; i < 40 && await focused() !== "Inspect the latest run"; i++) {
    await page.keyboard.press("Shift+Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Run" }).waitFor();
  for (let i = 0; i < 60 && await focused() !== "Events"; i++) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Home");
  await until(() => page.locator(".event[aria-selected=true] .number").innerText(), "1");
  await page.keyboard.press("End");
  await page.locator("main").first().evaluate((it) => it.focus());
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Help" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator("main").first().evaluate((it) => it.focus());
  await page.keyboard.press("n");
  await page.getByRole("heading", { name: "New thread" }).waitFor();
  await page.keyboard.press("Tab");
}

export async function accessible({ page, url }) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto(`${url}#/threads`);
    await page.reload();
    await page.getByRole("heading", { name: "What shall we talk about?" }).waitFor();
    assert.deepEqual(await barriers(page), [], `${colorScheme}: start`);
    await say(page, "Show me everything");
    await page.getByText("the end of it").waitFor();
    await idle(page);
    assert.deepEqual(await barriers(page), [], `${colorScheme}: conversation`);
    await page.getByRole("button", { name: "Inspect the latest run" }).click();
    await page.locator(".event").nth(2).click();
    await page.locator(".details").waitFor();
    assert.deepEqual(await barriers(page), [], `${colorScheme}: inspector`);
    await page.getByRole("main").getByLabel("As code").click();
    assert.deepEqual(await barriers(page), [], `${colorScheme}: code`);
    await page.keyboard.press("Escape");
    await page.goto(`${url}#/assistants/new`);
    await page.getByRole("button", { name: "Insert an example function" }).click();
    assert.deepEqual(await barriers(page), [], `${colorScheme}: assistant`);
    await page.goto(`${url}#/files`);
    await page.getByRole("heading", { name: "Files", exact: true }).waitFor();
    assert.deepEqual(await barriers(page), [], `${colorScheme}: files`);
  }
}

export async function phone({ page, url, open }) {
  const phone = await open({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  await say(phone, "Hello");
  await replied(phone, "Once upon a time.");
  await idle(phone);
  const wide = () => phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  assert.equal(await wide(), true);
  await phone.getByLabel("Menu").tap();
  await phone.getByRole("navigation", { name: "Runnel" }).waitFor();
  await phone.locator(".thread a").first().tap();
  await phone.getByRole("navigation", { name: "Runnel" }).waitFor({ state: "hidden" });
  await phone.getByRole("button", { name: "Inspect the latest run" }).tap();
  await phone.locator(".event").first().waitFor();
  assert.equal(await wide(), true);
  await phone.getByLabel("Close the inspector").tap();
  await replied(phone, "Once upon a time.");
  await page.goto(url);
}

export async function colours({ page }) {
  const back = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await back();
  await page.getByLabel(/^Colours/).click();
  await page.getByLabel("Colours: light").click();
  await page.getByLabel("Colours: dark").waitFor();
  await until(async () => await back() !== light, true);
  await page.reload();
  await page.getByLabel("Colours: dark").waitFor();
  assert.notEqual(await back(), light);
}

export async function fast({ page, url, note }) {
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length === 1);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  await page.evaluate(() => {
    globalThis.shifts = 0;
    globalThis.frames = [];
    new PerformanceObserver((list) => list.getEntries().forEach((it) => { globalThis.shifts += it.value; })).observe({ type: "layout-shift", buffered: false });
    let last = performance.now();
    const frame = (now) => {
      globalThis.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await say(page, "Hello");
  await page.getByText("word 20 ").first().waitFor();
  await page.evaluate(() => { globalThis.frames = []; globalThis.shifts = 0; });
  await page.getByText("the end of it").waitFor({ timeout: 20_000 });
  const { shifts, frames } = await page.evaluate(() => ({ shifts: globalThis.shifts, frames: globalThis.frames }));
  const sorted = [...frames].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  note(`first paint ${Math.round(paint)} ms; while streaming: ${frames.length} frames, median ${median.toFixed(1)} ms, layout shift ${shifts}`);
  assert.equal(shifts, 0);
}
