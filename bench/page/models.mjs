// A model server that says words at a set pace: the prompt is "<words> words at <words a second>", or at full speed without a pace.

import { createServer } from "node:http";

const AT_ONCE = 500;

function chunk(content, finish = null) {
  return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta: content ? { content } : {}, finish_reason: finish }] })}\n\n`;
}

function word(i) {
  return `word ${i}${i % 40 === 39 ? "\n\n" : " "}`;
}

/** Each word at its own time, counted from the start: delays do not add up. */
async function paced(response, words, perSecond) {
  const begun = performance.now();
  for (let i = 0; i < words; i++) {
    const wait = begun + i * 1_000 / perSecond - performance.now();
    if (wait > 0) {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    response.write(chunk(word(i)));
  }
}

async function atOnce(response, words) {
  for (let i = 0; i < words; i += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, words - i) }, (_, k) => chunk(word(i + k))).join("");
    if (!response.write(some)) {
      await new Promise((resolve) => response.once("drain", resolve));
    }
  }
}

const server = createServer(async (request, response) => {
  if (request.url.endsWith("/models")) {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ object: "list", data: [{ id: "paced", object: "model", created: 0, owned_by: "bench" }] }));
    return;
  }
  let body = "";
  for await (const part of request) {
    body += part;
  }
  const prompt = JSON.stringify(JSON.parse(body).messages.at(-1).content);
  const [, words, perSecond] = /(\d+) words(?: at (\d+))?/.exec(prompt);
  response.setHeader("Content-Type", "text/event-stream");
  await (perSecond ? paced(response, Number(words), Number(perSecond)) : atOnce(response, Number(words)));
  response.end(`${chunk("the end of it")}${chunk("", "stop")}data: [DONE]\n\n`);
});
server.listen(0, "127.0.0.1", () => console.log(`url http://127.0.0.1:${server.address().port}/v1`));
