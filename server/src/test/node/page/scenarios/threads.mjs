// The list of threads.

import assert from "node:assert/strict";
import { until } from "./steps.mjs";

export async function threads({ page }) {
  const rows = page.locator(".thread .title");
  await until(() => rows.allInnerTexts(), ["Third", "Second", "First"]);
  await page.locator("#main").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("sec");
  await until(() => rows.allInnerTexts(), ["Second"]);
  await rows.first().click();
  await page.getByLabel("Rename thread").click();
  await page.getByLabel("Title").fill("Renamed");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await page.getByLabel("Search threads").fill("");
  await until(() => rows.allInnerTexts(), ["Third", "Renamed", "First"]);
  await page.getByLabel("Delete thread").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete thread" }).click();
  await until(() => rows.allInnerTexts(), ["Third", "First"]);
  await page.getByLabel("Conversation to import").setInputFiles({
    name: "old talk.json", mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify({ messages: Array.from({ length: 40 }, (_, i) => ({ role: i % 2 ? "assistant" : "user", content: `Message ${i}` })) })),
  });
  await page.getByText("Message 39").waitFor();
  assert.equal(await page.locator(".message").count(), 40);
  await until(() => rows.allInnerTexts(), ["old talk", "Third", "First"]);
  await page.getByLabel("Conversation to import").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("[1]") });
  await page.getByText("Not imported: message 1 has no role").waitFor();
}

export async function aThousandThreads({ page }) {
  await page.locator(".thread").first().waitFor();
  const start = Date.now();
  await page.getByLabel("Search threads").fill("number 7 of");
  await until(() => page.locator(".thread .title").allInnerTexts(), ["number 7 of them"]);
  assert.ok(Date.now() - start < 5_000, `the search took ${Date.now() - start} ms`);
  await page.getByLabel("Search threads").fill("");
  await until(() => page.locator(".virtual-rows").evaluate((it) => it.offsetHeight), 1_000 * 52);
  assert.ok(await page.locator(".thread").count() < 60);
  await page.locator(".threads .virtual").evaluate((it) => it.scrollTo(0, it.scrollHeight));
  await page.getByText("number 0 of them").waitFor();
}
