// Assistants, files and stores, keys, and programs for what is on the screen.

import assert from "node:assert/strict";
import { idle, replied, say, until } from "./steps.mjs";

export async function assistants({ page }) {
  await page.getByRole("link", { name: "assistants" }).click();
  await page.getByRole("main").getByRole("link", { name: "New assistant" }).click();
  await page.getByLabel("Name").fill("Teller");
  await page.getByLabel("Model").fill("scripted-model");
  await page.getByLabel("Instructions").fill("Tell stories.");
  await page.getByLabel("Temperature").fill("0.5");
  await page.getByRole("button", { name: "Insert an example function" }).click();
  const tools = page.getByLabel("Tools");
  const good = await tools.inputValue();
  await tools.fill(good.replace("\"string\"", "\"text\"").replace("\"city\"\n", "\"town\"\n"));
  await page.getByText("weather.city: there is no type \"text\".").waitFor();
  assert.equal(await page.getByRole("button", { name: "Create" }).isDisabled(), true);
  await tools.fill(good);
  await page.getByLabel("Response format").selectOption("a JSON object");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("The assistant is saved.").waitFor();
  await page.getByRole("heading", { name: "Teller" }).waitFor();
  await page.getByLabel("Instructions").fill("Tell short stories.");
  await Promise.all([page.waitForResponse((it) => it.url().includes("/assistants?")), page.getByRole("button", { name: "Save" }).click()]);
  await page.getByLabel("Duplicate assistant").click();
  await page.getByRole("heading", { name: "Teller (copy)" }).waitFor();
  assert.equal(await page.getByLabel("Instructions").inputValue(), "Tell short stories.");
  assert.equal(await page.getByLabel("Temperature").inputValue(), "0.5");
  await page.getByLabel("Delete assistant").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete assistant" }).click();
  await until(() => page.locator(".thread .title").allInnerTexts(), ["Teller"]);
}

export async function files({ page }) {
  await page.getByRole("link", { name: "files" }).click();
  await page.getByText("No files yet").waitFor();
  await page.getByLabel("Files to upload").setInputFiles([
    { name: "Übersicht.txt", mimeType: "text/plain", buffer: Buffer.from("Bäche") },
    { name: "notes.md", mimeType: "text/markdown", buffer: Buffer.from("# Notes") },
    { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) }]);
  await until(async () => (await page.locator(".file .title").allInnerTexts()).filter((it) => it !== "empty.txt").sort(), ["notes.md", "Übersicht.txt"]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByLabel("Download notes.md").click()]);
  assert.equal(download.suggestedFilename(), "notes.md");
  await page.getByLabel("Delete notes.md").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete file" }).click();
  await page.getByLabel("Download notes.md").waitFor({ state: "detached" });
}

/** Files in folders are found, hidden ones are not. A real folder, dropped as the system's file manager drops it. */
export async function droppedFolder({ page, args: [folder] }) {
  await page.getByRole("link", { name: "files" }).click();
  await page.getByText("No files yet").waitFor();
  const box = await page.locator(".drop").boundingBox();
  const browser = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await browser.send("Input.dispatchDragEvent", {
      type, x: box.x + 20, y: box.y + 20, data: { items: [], files: [folder], dragOperationsMask: 1 },
    });
  }
  await until(async () => (await page.locator(".file .title").allInnerTexts()).sort(), ["deep.txt", "one.txt", "two.md"]);
  await until(async () => (await page.locator(".uploads .status").allInnerTexts()), ["done", "done", "done"]);
}

export async function citations({ page, args: [thread] }) {
  await page.goto(`${page.url().split("#")[0]}#/threads/${thread}`);
  await page.getByRole("button", { name: "1", exact: true }).click();
  const source = page.getByRole("dialog", { name: "tides.md" });
  await source.getByText("High water comes twice a day.").waitFor();
  await source.getByText("0.812").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "2", exact: true }).click();
  await page.getByRole("dialog", { name: "Source" }).getByText("The server does not have the passage. The file is file-lost.").waitFor();
}

export async function serverState({ page }) {
  await say(page, "Hello");
  await replied(page, "Never ending");
  await until(async () => {
    await page.reload();
    await page.locator(".server i.good").waitFor();
    await page.locator("button.server").click();
    const facts = await page.getByRole("dialog", { name: "Server" }).locator(".facts > div").allInnerTexts();
    return facts.map((it) => it.replaceAll("\n", " ")).filter((it) => /^(Models|status|runs)/.test(it));
  }, ["Models scripted-model", "status ok", "runs executing 1", "runs queued 0"]);
}

/** The server has no stores yet: these answers are those that its protocol has for them. */
export async function stores({ page, url }) {
  const list = (data) => ({ json: { object: "list", data, has_more: false } });
  const store = { id: "vs_1", name: "Handbook", file_counts: { total: 2 } };
  await page.route("**/v1/vector_stores?*", (route) => route.fulfill(list([store])));
  await page.route("**/v1/vector_stores/vs_1", (route) => route.fulfill({ json: store }));
  await page.route("**/v1/vector_stores/vs_1/files?*", (route) => route.fulfill(list([
    { id: "file-a", status: "completed", last_error: null },
    { id: "file-b", status: "failed", last_error: { code: "unsupported_file", message: "It has no text." } }])));
  await page.route("**/v1/vector_stores/vs_1/search", (route) => route.fulfill(list([
    { file_id: "file-a", filename: "a.md", score: 0.8125, content: [{ type: "text", text: "The runnel ends in the sea." }] }])));
  await page.goto(`${url}#/files`);
  await page.reload();
  await page.getByRole("link", { name: /Handbook/ }).click();
  await page.getByText("It has no text.").waitFor();
  await page.getByLabel("Search the store").fill("sea");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("The runnel ends in the sea.").waitFor();
  await page.getByText("0.813").waitFor();
}

export async function keys({ page, args: [key, other] }) {
  await page.getByText("The server asks for a key.").waitFor();
  await page.getByLabel("API key").fill("sk-wrong-0123456789");
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("It does not know the key that you gave.").waitFor();
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Use it" }).click();
  await say(page, "Hello");
  await replied(page, "With a key.");
  await page.reload();
  await replied(page, "With a key.");
  await page.goto(page.url().split("#")[0]);
  await until(() => page.locator(".thread .title").allInnerTexts(), ["Hello"]);
  await page.getByLabel("Key", { exact: true }).click();
  await page.getByLabel("API key").fill(other);
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("No threads yet.").waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ["runnel.theme"]);
}

/** Prints each program, for whoever runs it. */
export async function asCode({ page }) {
  await say(page, "It's a \"quoted\" $HOME\\ question, 数据?");
  await replied(page, "On the page.");
  const copied = async () => {
    const programs = {};
    for (const language of ["curl", "Python", "Node", "Java", "Java, official SDK"]) {
      await page.getByRole("dialog").getByRole("button", { name: language, exact: true }).click();
      await page.getByRole("dialog").getByLabel("Copy code").or(page.getByRole("dialog").getByLabel("Copied")).click();
      programs[language] = await page.evaluate(() => navigator.clipboard.readText());
    }
    await page.keyboard.press("Escape");
    return programs;
  };
  await page.getByRole("main").getByLabel("As code").click();
  const ask = await copied();
  await idle(page);
  await page.reload(); // from now on the page does not read the log of the run, which has ended, by itself
  await replied(page, "On the page.");
  let loadIt = () => {};
  const mayLoad = new Promise((resolve) => loadIt = resolve);
  await page.route(/\/runs\/run_/, async (route) => { await mayLoad; await route.continue(); });
  await page.getByRole("button", { name: "Inspect the latest run" }).click();
  const inspector = page.getByRole("complementary", { name: "Run" });
  await inspector.getByText("Loading the run.").waitFor();
  assert.equal(await inspector.getByLabel("As code").count(), 0); // there is nothing to show as code yet
  loadIt();
  await inspector.getByLabel("As code").click();
  const again = await copied();
  const { mkdirSync, writeFileSync } = await import("node:fs");
  const names = { curl: "try.sh", Python: "try.py", Node: "try.mjs", Java: "runnel/Try.java", "Java, official SDK": "openai/Try.java" };
  for (const [folder, programs] of Object.entries({ ask, again })) {
    for (const [language, code] of Object.entries(programs)) {
      mkdirSync(`code/${folder}/${names[language].includes("/") ? names[language].split("/")[0] : ""}`, { recursive: true });
      writeFileSync(`code/${folder}/${names[language]}`, code);
    }
  }
}
