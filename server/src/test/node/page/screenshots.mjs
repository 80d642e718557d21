// The pictures of docs/page.md: node screenshots.mjs <URL of a server with the demo model> <folder> <Chromium>

import { join } from "node:path";
import { chromium } from "playwright-core";
import { idle, reply, say } from "./scenarios/steps.mjs";

const [url, folder, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 800 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

const shot = (page, name) => page.screenshot({ path: join(folder, `page-${name}.png`) });
const api = async (path, body) => (await fetch(new URL(`v1/${path}`, url), {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();

const SHOWN = `A runnel is a small stream. Three that became rivers:

| river | begins at | length |
|---|---|--:|
| Rhine | Lake Toma | 1,233 km |
| Aare | Oberaar | 288 km |
| Thur | Säntis | 131 km |

To follow one from a program:

\`\`\`python
with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id) as stream:
    for text in stream.text_deltas:
        print(text, end="")  # one piece after the other
\`\`\``;

await api("assistants", { model: "demo", name: "Storyteller", instructions: "Tell short stories." });
await api("assistants", {
  model: "demo", name: "Weather", instructions: "Say what the weather is.",
  tools: [{ type: "function", function: { name: "get_weather", description: "The weather in a city", parameters: { type: "object", properties: { city: { type: "string", description: "The city" } }, required: ["city"] } } }],
});
for (const title of ["Names for a boat", "What is an SSE?", "Packing list for Iceland", "Refactoring the billing job"]) {
  await api("threads", { metadata: { title }, messages: [{ role: "user", content: title }] });
}
await api("threads", { metadata: { title: "Small streams" }, messages: [
  { role: "user", content: "Which rivers began as small streams? And how do I follow one from Python?" }, { role: "assistant", content: SHOWN }] });

for (const colorScheme of ["light", "dark"]) {
  const page = await open({ colorScheme });
  await page.getByRole("link", { name: /Small streams/ }).click();
  await page.getByText("To follow one from a program").waitFor();
  await shot(page, `conversation-${colorScheme}`);
}

const page = await open({ colorScheme: "light" });
await shot(page, "start");
await page.getByLabel("Assistant", { exact: true }).selectOption({ label: "Storyteller" });
await say(page, "Tell me a short story.");
await reply(page).getByText(/.{60}/).first().waitFor();
await page.reload();
await reply(page).getByText(/.{120}/).first().waitFor();
await shot(page, "reload");
await page.getByRole("button", { name: "Inspect the latest run" }).click();
await idle(page);
await page.locator(".log .virtual").evaluate((it) => it.scrollTo(0, 0));
await page.locator(".event").nth(9).click();
await page.getByRole("button", { name: "Snapshot after it" }).click();
await shot(page, "inspector");
await page.getByLabel("Close the inspector").click();
await page.getByRole("main").getByLabel("As code").click();
await page.getByRole("dialog").getByRole("button", { name: "Python" }).click();
await shot(page, "code");

const tools = await open({ colorScheme: "light" });
await tools.getByLabel("Assistant", { exact: true }).selectOption({ label: "Weather" });
await say(tools, "What is the weather in Bern?");
await tools.getByRole("button", { name: "Give the outputs" }).click();
await tools.getByRole("form", { name: "Tool outputs" }).waitFor();
await shot(tools, "tools");
await tools.goto(`${url}#/assistants`);
await tools.getByRole("link", { name: /Weather/ }).click();
await tools.getByLabel("Instructions").waitFor();
await shot(tools, "assistant");

const phone = await open({ viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, colorScheme: "light" });
await phone.getByLabel("Menu").tap();
await phone.getByRole("link", { name: /Small streams/ }).tap();
await phone.getByText("To follow one from a program").waitFor();
await shot(phone, "phone");
await browser.close();
