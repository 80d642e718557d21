// Looking into a run.

import assert from "node:assert/strict";
import { idle, replied, say, until } from "./steps.mjs";

export async function toolForm({ page }) {
  await say(page, "How is the weather?");
  await page.getByText("The run waits for tool outputs.").waitFor();
  await page.getByRole("button", { name: "Give the outputs" }).click();
  const form = page.getByRole("form", { name: "Tool outputs" });
  assert.deepEqual(await form.locator("legend").allInnerTexts(), ["weather", "weather"]);
  assert.match(await form.locator("pre").first().innerText(), /"city": "Bern"/);
  await form.getByLabel("Output").first().fill("rain");
  await form.getByLabel("Output").last().fill("{\"sky\": \"clear\"}");
  await form.getByRole("button", { name: "Submit" }).click();
  await replied(page, "It rains.");
  await idle(page);
  await page.getByRole("button", { name: /^Steps/ }).click();
  assert.equal(await page.locator(".steps > li").count(), 2);
  await page.locator(".steps").getByLabel("Output of weather").first().waitFor();
  await page.getByRole("img", { name: /waiting \d/ }).waitFor();
}

export async function inspector({ page }) {
  await say(page, "Hello");
  await replied(page, "Once upon a time.");
  await idle(page);
  await page.getByRole("button", { name: "Inspect the latest run" }).click();
  const rows = page.locator(".event");
  await until(() => rows.count(), 13);
  assert.deepEqual(await rows.locator(".number").allInnerTexts(), Array.from({ length: 13 }, (_, i) => String(i + 1)));
  await page.getByLabel("Kinds of events").selectOption("delta");
  await until(() => rows.locator(".text").allInnerTexts(), ["\"Once \"", "\"upon\"", "\" a time.\""]);
  await rows.nth(1).click();
  await page.getByRole("button", { name: "Snapshot after it" }).click();
  assert.match(await page.locator(".json").innerText(), /"value": "Once upon"/);
  await page.keyboard.press("Tab");
  await page.getByRole("listbox", { name: "Events" }).focus();
  await page.keyboard.press("ArrowDown");
  await until(() => page.locator(".event[aria-selected=true] .number").innerText(), "10");
  await page.getByLabel("Copy a link to this view").click();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByLabel("Copy the log as JSON lines").click();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n").map((it) => JSON.parse(it));
  assert.deepEqual(lines.map((it) => it.id), Array.from({ length: 13 }, (_, i) => i + 1));
  assert.equal(lines[12].event, "thread.run.completed");
  assert.equal(lines[12].data.status, "completed");
  await page.goto("about:blank");
  await page.goto(address);
  await until(() => page.locator(".event[aria-selected=true] .number").innerText(), "10");
  assert.equal(await page.getByLabel("Kinds of events").inputValue(), "delta");
  assert.match(await page.locator(".summary").innerText(), /Tokens\s+\d+ in, \d+ out/);
}

export async function cancelledFromTheInspector({ page }) {
  await say(page, "Hello");
  await replied(page, "Once");
  await page.getByRole("button", { name: "Inspect the latest run" }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.locator(".inspector .status.cancelled").first().waitFor();
}

export async function eventsGone({ page, args: [thread, run] }) {
  await page.goto(`${page.url().split("#")[0]}#/threads/${thread}/runs/${run}`);
  await page.getByText("The run's events are no longer kept.").waitFor();
  await page.getByText("7 in, 5 out").waitFor();
  await page.getByRole("button", { name: /^Steps/ }).click();
  await until(() => page.locator(".steps > li strong").allInnerTexts(), ["Tool calls", "file_search", "Message"]);
  await replied(page, "Twice a day1. So it is2.");
}

export async function aHundredThousandEvents({ page, note, args: [thread, run] }) {
  const start = Date.now();
  await page.goto(`${page.url().split("#")[0]}#/threads/${thread}/runs/${run}`);
  await page.getByText(/Log 1000\d\d/).waitFor({ timeout: 30_000 });
  const loaded = Date.now() - start;
  assert.ok(await page.locator(".event").count() < 80);
  const moved = await page.locator(".log .virtual").evaluate(async (it) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    const begun = performance.now();
    for (let i = 1; i <= 20; i++) {
      it.scrollTop = it.scrollHeight * i / 21;
      await frame();
    }
    return (performance.now() - begun) / 20;
  });
  await page.goto(`${page.url().split("?")[0]}?event=90000`);
  await page.getByRole("button", { name: "Snapshot after it" }).click();
  const folded = Date.now();
  await page.locator(".details .json").waitFor();
  note(`100,000 events: loaded in ${loaded} ms, a frame of scrolling ${moved.toFixed(1)} ms, folded in ${Date.now() - folded} ms`);
  assert.ok(loaded < 20_000 && moved < 200);
}
