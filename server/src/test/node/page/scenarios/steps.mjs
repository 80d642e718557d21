// What most scenarios do.

import assert from "node:assert/strict";

/** Writes a message and sends it. */
export async function say(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** The latest reply, as it can be read. */
export function reply(page) {
  return page.locator(".message.assistant .markdown").last();
}

/** Waits until something is as it is expected to be. */
export async function until(what, expected, patience = 10_000) {
  const end = Date.now() + patience;
  let seen;
  do {
    seen = await what();
    try {
      assert.deepEqual(seen, expected);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  } while (Date.now() < end);
  assert.deepEqual(seen, expected);
}

/** Waits for a text to be there in the reply. */
export async function replied(page, text) {
  await until(async () => (await reply(page).count()) && (await reply(page).innerText()).trim(), text);
}

/** Waits until no run is under way. */
export async function idle(page) {
  await page.locator("#stop").waitFor({ state: "detached" });
}
