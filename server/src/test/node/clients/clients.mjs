// Programs that use clients of the protocol which others wrote, as their documentation shows: node clients.mjs
// It reads lines "<base URL> <scenario> [argument …]" and prints what each sees, a line each, and then a line with a dot.

import { createInterface } from "node:readline";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OpenAIAssistantRunnable } from "@langchain/classic/experimental/openai_assistant";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { Agent, OpenAIConversationsSession, run, setDefaultOpenAIClient, setTracingDisabled, tool as agentTool } from "@openai/agents";
import { generateObject, generateText, stepCountIs, streamText, tool as aiTool } from "ai";
import OpenAI from "openai";
import { z } from "zod";

const say = (...words) => console.log(words.join(" "));
const city = z.object({ city: z.string() });
const weather = async ({ city }) => `rain in ${city}`;
let baseURL;

/** One page with the words "The tides follow the moon." */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 56>>stream
BT /F1 12 Tf 10 50 Td (The tides follow the moon.) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
`;

const scenarios = {
  async langchain_chat() {
    const model = new ChatOpenAI({ model: "m", apiKey: "any", maxRetries: 0, configuration: { baseURL } });
    let text = "";
    for await (const chunk of await model.stream("Hi")) {
      text += chunk.content;
    }
    say("text", text);
    const withTool = model.bindTools([tool(weather, { name: "weather", description: "The weather", schema: city })]);
    const question = new HumanMessage("The weather in Bern?");
    const reply = await withTool.invoke([question]);
    const [call] = reply.tool_calls;
    say("call", call.name, call.args.city);
    const output = new ToolMessage({ content: await weather(call.args), tool_call_id: call.id });
    say("text", (await withTool.invoke([question, reply, output])).content);
  },

  async langchain_assistant() {
    const clientOptions = { baseURL, apiKey: "any", maxRetries: 0 };
    const assistant = await OpenAIAssistantRunnable.createAssistant({
      clientOptions, model: "m", asAgent: true, pollIntervalMs: 50,
      tools: [tool(weather, { name: "weather", description: "The weather", schema: city })] });
    const actions = await assistant.invoke({ content: "The weather in Bern?" });
    const [action] = actions;
    say("call", action.tool, action.toolInput.city);
    const finish = await assistant.invoke({ steps: [{ action, observation: await weather(action.toolInput) }] });
    say("text", finish.returnValues.output);
    say("deleted", (await assistant.deleteAssistant()).deleted);
  },

  async ai_sdk() {
    const provider = createOpenAICompatible({ name: "runnel", apiKey: "any", baseURL, includeUsage: true });
    const stream = streamText({ model: provider("m"), prompt: "Hi", maxRetries: 0 });
    let text = "";
    for await (const piece of stream.textStream) {
      text += piece;
    }
    say("text", text, (await stream.usage).totalTokens);
    const tools = { weather: aiTool({ description: "The weather", inputSchema: city, execute: weather }) };
    const reply = await generateText({
      model: provider("m"), prompt: "The weather in Bern?", tools, stopWhen: stepCountIs(3), maxRetries: 0 });
    say("call", reply.steps[0].toolCalls[0].toolName, reply.steps[0].toolCalls[0].input.city);
    say("text", reply.text);
  },

  async ai_sdk_responses() {
    const model = createOpenAI({ apiKey: "any", baseURL }).responses("m");
    const tools = { weather: aiTool({ description: "The weather", inputSchema: city, execute: weather }) };
    const stream = streamText({ model, prompt: "The weather in Bern?", tools, stopWhen: stepCountIs(3), maxRetries: 0 });
    for await (const part of stream.fullStream) {
      if (part.type === "text-delta") {
        say(part.type, part.text);
      } else if (part.type === "tool-call") {
        say("call", part.toolName, part.input.city);
      } else if (part.type === "tool-result") {
        say("result", part.output);
      } else if (part.type === "error") {
        say("error", part.error.message);
      }
    }
    say("finish", await stream.finishReason);
    const { responseId } = (await stream.providerMetadata).openai;
    const history = [{ role: "user", content: "The weather in Bern?" }, ...(await stream.response).messages];
    const again = await generateText({
      model, messages: [...history, { role: "user", content: "Sure?" }], tools, maxRetries: 0 });
    say("text", again.text);
    const next = await generateText({
      model, prompt: "And tomorrow?", providerOptions: { openai: { previousResponseId: responseId } }, maxRetries: 0 });
    say("text", next.text);
    const { object } = await generateObject({ model, schema: city, prompt: "Which city?", maxRetries: 0 });
    say("object", object.city);
    const file = { type: "file", mediaType: "application/pdf", filename: "a.pdf", data: Buffer.from(PDF) };
    const read = await generateText({
      model, messages: [{ role: "user", content: [{ type: "text", text: "Read." }, file] }], maxRetries: 0 });
    say("text", read.text);
  },

  async agents() {
    setTracingDisabled(true);
    const client = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
    setDefaultOpenAIClient(client);
    const forecaster = new Agent({
      name: "Forecaster", model: "m", instructions: "Tell the weather.",
      tools: [agentTool({ name: "weather", description: "The weather", parameters: city, execute: weather })] });
    const triage = new Agent({ name: "Triage", model: "m", instructions: "Hand off.", handoffs: [forecaster] });
    const follow = async (agent, input, options) => {
      const stream = await run(agent, input, { stream: true, ...options });
      let text = "";
      for await (const event of stream) {
        if (event.type === "agent_updated_stream_event") {
          say("agent", event.agent.name);
        } else if (event.type === "run_item_stream_event") {
          say(event.name);
        } else if (event.data.type === "output_text_delta") {
          text += event.data.delta;
        }
      }
      await stream.completed;
      say("text", text, "=", stream.finalOutput);
      return stream;
    };
    let last = await follow(triage, "The weather in Bern?");
    last = await follow(last.lastAgent, [...last.history, { role: "user", content: "And in Rome?" }]);
    last = await follow(last.lastAgent, "Thanks", { previousResponseId: last.lastResponseId });
    const session = new OpenAIConversationsSession({ client });
    await follow(forecaster, "Hello", { session });
    await follow(forecaster, "Hello again", { session });
    say("items", (await session.getItems()).length);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [url, scenario, ...args] = line.split(" ");
  baseURL = url;
  try {
    await scenarios[scenario](...args);
  } catch (error) {
    say("error", error.message);
  }
  say(".");
}
