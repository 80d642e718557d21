// A program that uses the official Node SDK as its documentation shows: node sdk.mjs <package>
// It reads lines "<base URL> <scenario> [argument …]" and prints what each sees, a line each, and then a line with a dot; the same
// lines as ../python/sdk.py.

import { createInterface } from "node:readline";

const [name] = process.argv.slice(2);
const { default: OpenAI, toFile } = await import(name);
const first = name === "openai-4"; // its methods take the ids in the order of the path, and delete is del
let client, assistants, threads;

const say = (...words) => console.log(words.join(" "));
const inThread = (thread, run, body = {}) => (first ? [thread, run, body] : [run, { thread_id: thread, ...body }]);
const remove = (resource, ...path) => (first ? resource.del(...path) : resource.delete(...path));

/** Prints a stream's events, the calls that it accumulates, and how it ends. */
async function follow(stream, onText = () => {}) {
  let text = "";
  const calls = [];
  const pending = [];
  stream.on("event", (event) => say(event.event));
  stream.on("toolCallDone", (call) => calls.push(call));
  stream.on("textDelta", (delta) => {
    text += delta.value;
    pending.push(onText(stream.currentRun()));
  });
  const run = await stream.finalRun().catch((error) => say("error", error.message));
  await Promise.all(pending);
  if (!run) {
    return;
  }
  calls.forEach((call) => say("call", call.id, call.function.name, call.function.arguments));
  if (text) {
    const [message] = await stream.finalMessages();
    say("text", text, "=", message.content[0].text.value);
  }
  say("status", run.status);
  return run;
}

const outputs = (run) => run.required_action.submit_tool_outputs.tool_calls.map(
  (call) => ({ tool_call_id: call.id, output: `about ${call.id}` }));

const scenarios = {
  async stream(assistant, thread) {
    await follow(threads.runs.stream(thread, { assistant_id: assistant }));
  },

  async create_and_run(assistant) {
    const thread = { messages: [{ role: "user", content: "Hi" }] };
    await follow(threads.createAndRunStream({ assistant_id: assistant, thread }));
  },

  async cancel(assistant, thread) {
    await follow(
      threads.runs.stream(thread, { assistant_id: assistant }),
      (run) => threads.runs.cancel(...inThread(thread, run.id)));
  },

  async tools(assistant, thread) {
    let run = await follow(threads.runs.stream(thread, { assistant_id: assistant }));
    while (run.status === "requires_action") {
      run = await follow(threads.runs.submitToolOutputsStream(
        ...inThread(thread, run.id, { tool_outputs: outputs(run) })));
    }
  },

  async poll(assistant, thread) {
    const options = { pollIntervalMs: 10 };
    let run = await threads.runs.createAndPoll(thread, { assistant_id: assistant }, options);
    say("status", run.status);
    run = await threads.runs.submitToolOutputsAndPoll(
      ...inThread(thread, run.id, { tool_outputs: outputs(run) }), options);
    say("status", run.status);
    const steps = first
      ? threads.runs.steps.list(thread, run.id, { order: "asc" })
      : threads.runs.steps.list(run.id, { thread_id: thread, order: "asc" });
    for await (const step of steps) {
      say("step", step.type, step.status);
    }
    for await (const message of threads.messages.list(thread, { order: "asc", limit: 1 })) {
      say(message.role, message.content[0].text.value);
    }
    say("status", (await threads.createAndRunPoll({ assistant_id: assistant }, options)).status);
  },

  async poll_as_told(assistant, thread) {
    const begin = performance.now();
    say("status", (await threads.runs.createAndPoll(thread, { assistant_id: assistant })).status);
    say("millis", Math.round(performance.now() - begin));
  },

  async pages() {
    for (const name of ["one", "two", "three", "four", "five"]) {
      await assistants.create({ model: "m", name });
    }
    for await (const assistant of assistants.list({ limit: 2, order: "asc" })) {
      say(assistant.name ?? "-");
    }
    const names = (page) => page.data.map((assistant) => assistant.name ?? "-").join();
    let page = await assistants.list({ limit: 3 });
    say(names(page), page.has_more);
    page = await page.getNextPage();
    say(names(page), page.has_more);
    page = await assistants.list({ after: page.data.at(-1).id });
    say(page.data.length, page.has_more);
  },

  async objects() {
    const assistant = await assistants.create({
      model: "m", name: null, temperature: 0.5, tools: [{ type: "function", function: { name: "f" } }] });
    const changed = await assistants.update(assistant.id, { name: "new", metadata: { a: "b" } });
    say(changed.name, changed.metadata.a, changed.temperature, changed.tools[0].function.name);
    const thread = await threads.create();
    say((await threads.update(thread.id, { metadata: { c: "d" } })).metadata.c);
    const content = [{ type: "text", text: "a part" }];
    const message = await threads.messages.create(thread.id, { role: "user", content });
    const update = { metadata: { e: "f" } };
    const updated = first
      ? await threads.messages.update(thread.id, message.id, update)
      : await threads.messages.update(message.id, { thread_id: thread.id, ...update });
    say(updated.content[0].text.value, updated.metadata.e);
    say((await remove(threads.messages, ...inThread(thread.id, message.id))).object);
    say((await remove(threads, thread.id)).object);
    say((await remove(assistants, assistant.id)).object);
  },

  async files() {
    const bytes = Buffer.from([0, 1, 255, 13, 10, 45, 45]);
    const file = await client.files.create({
      file: await toFile(bytes, "Übersicht 数据.bin"), purpose: "assistants" });
    say(file.filename, file.bytes, file.status);
    const content = Buffer.from(await (await client.files.content(file.id)).arrayBuffer());
    say("same bytes", content.equals(bytes));
    for await (const listed of client.files.list({ purpose: "assistants" })) {
      say("listed", listed.id === file.id);
    }
    const deleted = await remove(client.files, file.id);
    say(deleted.object, deleted.deleted);
  },

  async search(thread) {
    const file = await client.files.create({
      file: await toFile(Buffer.from("The moon makes the tides."), "tides.md"), purpose: "assistants" });
    await threads.messages.create(thread, {
      role: "user", content: "What makes the tides?",
      attachments: [{ file_id: file.id, tools: [{ type: "file_search" }] }] });
    const searcher = await assistants.create({ model: "m", tools: [{ type: "file_search" }] });
    const stream = threads.runs.stream(thread, { assistant_id: searcher.id });
    stream.on("event", (event) => say(event.event));
    const run = await stream.finalRun();
    const [message] = await stream.finalMessages();
    const { value, annotations } = message.content[0].text;
    say("text", value);
    for (const { text, start_index, end_index, file_citation } of annotations) {
      say("cites", text, value.slice(start_index, end_index) === text, file_citation.file_id === file.id);
    }
    const query = { order: "asc", include: ["step_details.tool_calls[*].file_search.results[*].content"] };
    const steps = first
      ? threads.runs.steps.list(thread, run.id, query)
      : threads.runs.steps.list(run.id, { thread_id: thread, ...query });
    for await (const step of steps) {
      for (const call of step.step_details.tool_calls ?? []) {
        call.file_search.results.forEach((result) => say("found", result.file_name, result.content[0].text));
      }
    }
  },

  async interpret(thread) {
    const file = await client.files.create({ file: await toFile(Buffer.from("tides"), "in.txt"), purpose: "assistants" });
    await threads.messages.create(thread, {
      role: "user", content: "Copy it.", attachments: [{ file_id: file.id, tools: [{ type: "code_interpreter" }] }] });
    const interpreter = await assistants.create({ model: "m", tools: [{ type: "code_interpreter" }] });
    const stream = threads.runs.stream(thread, { assistant_id: interpreter.id });
    const calls = new Map(); // the helper says "done" after each output
    stream.on("event", (event) => say(event.event));
    stream.on("toolCallDone", (call) => calls.set(call.id, call));
    await stream.finalRun();
    const [message] = await stream.finalMessages();
    const image = message.content[0].image_file.file_id;
    for (const { code_interpreter: call } of calls.values()) {
      say("input", JSON.stringify(call.input));
      call.outputs.forEach((output) => say(output.type, output.logs ? JSON.stringify(output.logs) : output.image.file_id === image));
    }
    const { value, annotations } = message.content[1].text;
    say("text", value);
    for (const { text, start_index, end_index, file_path } of annotations) {
      const made = await client.files.retrieve(file_path.file_id);
      const content = await (await client.files.content(made.id)).text();
      say("link", text, value.slice(start_index, end_index) === text, made.filename, made.purpose, content);
    }
  },

  async stores() {
    const { files, fileBatches } = client.vectorStores;
    const inStore = (id, body = {}) => (first ? [store.id, id, body] : [id, { vector_store_id: store.id, ...body }]);
    const text = (name, content) => toFile(Buffer.from(content), name);
    const store = await client.vectorStores.create({ name: "library", expires_after: { anchor: "last_active_at", days: 3 } });
    say(store.object, store.status, store.expires_after.days, store.expires_at - store.last_active_at);
    const file = await files.uploadAndPoll(store.id, await text("harbour.txt", "The harbour opens at six."));
    say(file.object, file.status, file.last_error ?? "null");
    const batch = await fileBatches.uploadAndPoll(
      store.id, { files: [await text("orchard.md", "Apples ripen in September."), await text("table.csv", "a,b")] });
    say(batch.object, batch.status, batch.file_counts.completed, batch.file_counts.failed);
    for await (const failed of fileBatches.listFiles(...inStore(batch.id, { filter: "failed" }))) {
      say("failed", failed.last_error.code);
    }
    let count = 0;
    for await (const _ of files.list(store.id, { limit: 2 })) {
      count++;
    }
    say("files", count);
    const changed = await files.update(...inStore(file.id, { attributes: { year: 1990, open: true } }));
    say("attributes", changed.attributes.year, changed.attributes.open);
    const filters = { type: "and", filters: [{ type: "gt", key: "year", value: 1980 }, { type: "eq", key: "open", value: true }] };
    for await (const found of client.vectorStores.search(store.id, { query: "When does the harbour open?", filters })) {
      say("found", found.filename, found.content[0].text);
    }
    for await (const part of files.content(...inStore(file.id))) {
      say("content", part.text);
    }
    say((await remove(files, ...inStore(file.id))).object, (await remove(client.vectorStores, store.id)).object);
  },

  async responses() {
    const whole = await client.responses.create({ model: "m", input: "Hi" });
    say(whole.status, whole.output_text);
    const stream = client.responses.stream({ model: "m", input: "Hi" });
    let text = "";
    stream.on("response.output_text.delta", (event) => (text += event.delta));
    const streamed = await stream.finalResponse();
    say("text", text, "=", streamed.output_text);
    const seen = [];
    const again = client.responses.stream({ response_id: streamed.id, starting_after: 3 });
    again.on("event", (event) => seen.push(event));
    say("again", (await again.finalResponse()).output_text, seen[0].sequence_number, seen.at(-1).type);
    const { makeParseableTextFormat } = await import(`${name}/lib/parser`);
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };
    const format = makeParseableTextFormat({ type: "json_schema", name: "place", strict: true, schema }, JSON.parse);
    const parsed = await client.responses.parse({ model: "m", input: "Where?", text: { format } });
    say("parsed", parsed.output_parsed.city);
  },

  async response_tools() {
    const tools = [{ type: "function", name: "weather", parameters: { type: "object" }, strict: false }];
    const stream = client.responses.stream({ model: "m", input: "The weather in Bern?", tools });
    const called = await stream.finalResponse();
    const [call] = called.output;
    say("call", call.call_id, call.name, call.arguments);
    const output = { type: "function_call_output", call_id: call.call_id, output: "rain" };
    const answered = await client.responses.create({ model: "m", input: [output], tools, previous_response_id: called.id });
    say("text", answered.output_text);
    for await (const item of client.responses.inputItems.list(answered.id)) {
      say("input", item.type, item.output);
    }
    await client.responses.delete(answered.id);
    await client.responses.retrieve(answered.id).catch((error) => say(error.constructor.name, error.status));
  },

  async conversations() {
    const conversation = await client.conversations.create({
      metadata: { a: "b" }, items: [{ type: "message", role: "user", content: "I am Ada." }] });
    const response = await client.responses.create({ model: "m", conversation: conversation.id, input: "Who am I?" });
    say("text", response.output_text, response.conversation.id === conversation.id);
    for await (const item of client.conversations.items.list(conversation.id, { order: "asc", limit: 2 })) {
      say(item.type, item.role, item.content[0].type, item.content[0].text);
    }
    const changed = await client.conversations.update(conversation.id, { metadata: { c: "d" } });
    say(changed.metadata.c, (await client.conversations.delete(conversation.id)).deleted);
  },

  async background() {
    const events = await client.responses.create({ model: "m", input: "Hi", background: true, stream: true });
    let id, last;
    for await (const event of events) {
      id ??= event.response.id;
      last = event.sequence_number;
      if (event.type === "response.output_text.delta") {
        break;
      }
    }
    const rest = await client.responses.retrieve(id, { stream: true, starting_after: last });
    let text = "";
    for await (const event of rest) {
      text += event.type === "response.output_text.delta" ? event.delta : "";
      last = event.sequence_number === last + 1 ? event.sequence_number : "lost";
    }
    say("text", text, "=", (await client.responses.retrieve(id)).output_text, last !== "lost");
    const stalled = await client.responses.create({ model: "m", input: "Hi", background: true });
    say("begun", ["queued", "in_progress"].includes(stalled.status), (await client.responses.cancel(stalled.id)).status);
  },

  async errors(thread) {
    const attempts = [
      () => threads.retrieve("thread_none"),
      () => threads.retrieve("x"),
      () => assistants.create({ model: "m", surprise: 1 }),
      () => assistants.create({ model: "m", temperature: 3 }),
      () => threads.runs.create(thread, { assistant_id: "asst_none" }),
      () => client.files.retrieve("file-none"),
    ];
    for (const attempt of attempts) {
      await attempt().catch((error) => {
        const id = error.requestID ?? error.request_id;
        say(error.constructor.name, error.status, error.param ?? "null", error.code ?? "null", /^req_/.test(id), error.error.message);
      });
    }
  },

  async chat() {
    const request = { model: "m", messages: [{ role: "user", content: "Hi" }] };
    say((await client.chat.completions.create(request)).choices[0].message.content);
    const stream = await client.chat.completions.create(
      { ...request, stream: true, stream_options: { include_usage: true } });
    let text = "";
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? "";
      if (chunk.usage) {
        say("usage", chunk.usage.total_tokens);
      }
    }
    say(text);
    try {
      for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
        say("chunk", chunk.choices[0].delta.content);
      }
    } catch (error) {
      say(error.constructor.name, error.error.message);
    }
    for await (const model of client.models.list()) {
      say("model", model.id);
    }
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [baseURL, scenario, ...args] = line.split(" ");
  client = new OpenAI({ baseURL, apiKey: "any", timeout: 20_000, maxRetries: 0 });
  ({ assistants, threads } = client.beta);
  await scenarios[scenario](...args);
  say(".");
}
