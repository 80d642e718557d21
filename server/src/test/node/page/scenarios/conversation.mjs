// Talking: replies that stream, and survive whatever happens to the page and the server.

import assert from "node:assert/strict";
import { idle, replied, reply, say } from "./steps.mjs";

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
