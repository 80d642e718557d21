// Talking: replies that stream, and survive whatever happens to the page and the server.

import assert from "node:assert/strict";
import { idle, replied, reply, say, until } from "./steps.mjs";

export async function reloadAmidAReply({ page, ask }) {
  await say(page, "Hello");
  await replied(page, "Once upon");
  await page.reload();
  await replied(page, "Once upon");
  await ask("goOn");
  await replied(page, "Once upon a time.");
  await idle(page);
  await page.reload();
  await replied(page, "Once upon a time.");
  assert.equal(await reply(page).count(), 1);
  assert.equal(await page.locator(".message.user").innerText(), "You\n\nHello");
}

export async function serverKilledAmidAReply({ page, ask }) {
  await say(page, "Hello");
  await replied(page, "Once upon");
  await ask("kill");
  await page.getByText("reconnecting").first().waitFor();
  await ask("start");
  await page.getByText("incomplete", { exact: true }).waitFor({ timeout: 30_000 });
  await replied(page, "All of it.");
  await idle(page);
  assert.deepEqual(await page.locator(".message.assistant .markdown").allInnerTexts(), ["Once upon", "All of it."]);
}

export async function twoWindows({ page, open, ask }) {
  await say(page, "Hello");
  await replied(page, "Once upon");
  const other = await open();
  await other.goto(page.url());
  await replied(other, "Once upon");
  await ask("goOn");
  await replied(page, "Once upon a time.");
  await replied(other, "Once upon a time.");
  await idle(other);
  await say(other, "And then?");
  await replied(other, "The end.");
  await replied(page, "The end.");
  assert.equal(await page.locator(".message").count(), 4);
}

export async function stopAndTryAgain({ page }) {
  await say(page, "Hello");
  await replied(page, "Never ending");
  await page.keyboard.press("Escape");
  await page.getByText("The run was cancelled").waitFor();
  assert.equal((await reply(page).innerText()).trim(), "Never ending");
  await page.getByRole("button", { name: "Try again" }).click();
  await replied(page, "Second try.");
  await idle(page);
  await page.getByLabel("Edit and send again").click();
  assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "Hello");
  await say(page, "Goodbye");
  await replied(page, "Third try.");
  await idle(page);
  assert.deepEqual((await page.locator(".message .body").allInnerTexts()).map((it) => it.trim()), ["Goodbye", "Third try."]);
}

export async function anotherAssistantAndModel({ page, args: [assistant] }) {
  await page.getByLabel("Assistant", { exact: true }).selectOption(assistant);
  await page.getByLabel("Model", { exact: true }).selectOption("other");
  await say(page, "Hello");
  await replied(page, "From the other.");
  await idle(page);
}

export async function modelDown({ page }) {
  await say(page, "Hello");
  await page.getByText("The run failed: server_error").waitFor();
  await page.getByText("burnt").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await replied(page, "Up again.");
}

export async function offline({ page, ask }) {
  await say(page, "Hello");
  await replied(page, "Once upon");
  await page.context().setOffline(true);
  await page.getByText("not reached").waitFor();
  await page.context().setOffline(false);
  await ask("goOn");
  await replied(page, "Once upon a time.");
}

export async function runReachedLater({ page, open, ask }) {
  await say(page, "Hello");
  await replied(page, "Once upon");
  const other = await open();
  let refused = 0;
  await other.route(/\/runs\/run_[^/?]+$/, (route) => (refused++ < 2 ? route.abort() : route.continue()));
  await other.goto(page.url());
  await replied(other, "Once upon");
  await ask("goOn");
  await replied(other, "Once upon a time.");
  assert.ok(refused >= 2);
}

export async function imagesAndFiles({ page, ask }) {
  await page.locator("#composer").evaluate((box) => {
    const bytes = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (it) => it.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "dot.png", { type: "image/png" }));
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    const dropped = new DataTransfer();
    dropped.items.add(new File(["some notes"], "notes.txt", { type: "text/plain" }));
    box.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
  });
  await page.getByText("dot.png").waitFor();
  await page.getByText("notes.txt").waitFor();
  await say(page, "What is this?");
  await replied(page, "A dot.");
  await until(() => page.locator(".message.user img").evaluate((image) => image.complete && image.naturalWidth), 1);
  assert.equal(await page.locator(".message.user .chip").count(), 1);
  await ask("look");
}

export async function hostileMarkdown({ page }) {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await say(page, "Attack me");
  await page.getByText("the end of it").waitFor();
  await idle(page);
  const body = page.locator(".message.assistant .body");
  assert.equal(await body.locator("script, iframe, img, style, form, object, svg:not(.icon)").count(), 0);
  assert.deepEqual(await body.locator("a").evaluateAll((all) => all.map((it) => [it.getAttribute("href"), it.rel, it.target])),
    [["https://evil.example/pixel.png", "noopener noreferrer nofollow", "_blank"], ["https://example.org/", "noopener noreferrer nofollow", "_blank"]]);
  assert.match(await body.innerText(), /<img src=x onerror=alert\(1\)>/);
  assert.equal(await body.evaluate((it) => [...it.querySelectorAll("*")].some((one) => one.getAttributeNames().some((name) => name.startsWith("on")))), false);
  assert.deepEqual(asked.filter((url) => url.includes("evil")), []);
}

export async function markdown({ page }) {
  await say(page, "Show me everything");
  await page.getByText("the end of it").waitFor();
  await idle(page);
  const body = page.locator(".message.assistant .body");
  assert.equal(await body.locator("td").count(), 4);
  assert.equal(await body.locator(".hl-keyword").first().innerText(), "def");
  assert.equal(await body.locator(".math").innerText(), "$a_1 * b_2 * c$");
  assert.equal(await body.locator("em").count(), 0);
  await body.getByLabel("Copy code").click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "def double(x):\n    return x * 2");
}
