// Programs that use clients of the protocol which others wrote, as their documentation shows: node clients.mjs
// It reads lines "<base URL> <scenario> [argument …]" and prints what each sees, a line each, and then a line with a dot.

import { createInterface } from "node:readline";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OpenAIAssistantRunnable } from "@langchain/classic/experimental/openai_assistant";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, stepCountIs, streamText, tool as aiTool } from "ai";
import { z } from "zod";

const say = (...words) => console.log(words.join(" "));
const city = z.object({ city: z.string() });
const weather = async ({ city }) => `rain in ${city}`;
let baseURL;

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
