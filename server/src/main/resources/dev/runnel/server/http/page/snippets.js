/** Programs for the present view. Every value is written as a literal of the program's language. */

/** @typedef {Record<string, any>} Json */

export const LANGUAGES = [
    { id: "curl", name: "curl", highlight: "bash" },
    { id: "python", name: "Python", highlight: "python" },
    { id: "node", name: "Node", highlight: "js" },
    { id: "runnel", name: "Java", highlight: "java" },
    { id: "openai", name: "Java, official SDK", highlight: "java" },
];

const NEEDS = /** @type {Record<string, string>} */ ({
    curl: "Needs a shell with curl.",
    python: "Needs the package openai: pip install openai.",
    node: "Needs the package openai: npm install openai. Save it as a .mjs file.",
    runnel: "Needs dev.runnel:runnel-client on the class path; java --source 17 runs the file.",
    openai: "Needs com.openai:openai-java on the class path; java --source 17 runs the file.",
});

/** @typedef {{base: string, withKey: boolean, assistant: string, create: Json | null, thread: string, run: string, text: string}} Task */

/**
 * @param {string} language
 * @param {Json} about `kind` thread, run or assistant, with the objects that are shown
 * @param {string} base the API's base URL
 * @param {boolean} withKey whether the server asks for a key
 * @returns {{code: string, needs: string}}
 */
export function snippet(language, about, base, withKey) {
    const task = taskOf(about, base, withKey);
    const write = WRITERS[language];
    return { code: task.run ? write.again(task) : write.ask(task), needs: NEEDS[language] };
}

/**
 * @param {Json} about
 * @param {string} base
 * @param {boolean} withKey
 * @returns {Task}
 */
function taskOf({ kind, thread, messages, run, assistant }, base, withKey) {
    const asked = messages?.findLast((/** @type {Json} */ it) => it.role === "user");
    const text = asked?.content.find((/** @type {Json} */ it) => it.type === "text")?.text.value;
    return {
        base, withKey,
        assistant: kind === "assistant" ? "" : run?.assistant_id ?? "",
        create: kind === "assistant" ? creation(assistant) : run ? null : { model: "demo" },
        thread: kind === "run" ? run.thread_id : thread?.id ?? "",
        run: kind === "run" ? run.id : "",
        text: text ?? "Tell me a short story.",
    };
}

/** @param {Json} assistant */
function creation({ model, name, instructions, tools }) {
    return { model, ...(name && { name }), ...(instructions && { instructions }), ...(tools.length > 0 && { tools }) };
}

/** @param {string} text in single quotes for a shell */
function shell(text) {
    return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {string} text a literal of Java, and of Python and JavaScript too */
function literal(text) {
    return JSON.stringify(text).replace(/[\u007f-\uffff]/g, it => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * JSON as a literal of Python.
 *
 * @param {any} value
 * @returns {string}
 */
function python(value) {
    if (Array.isArray(value)) {
        return `[${value.map(python).join(", ")}]`;
    }
    if (value && typeof value === "object") {
        return `{${Object.entries(value).map(([name, it]) => `${literal(name)}: ${python(it)}`).join(", ")}}`;
    }
    return typeof value === "string" ? literal(value) : value === null ? "None" : value === true ? "True" : value === false ? "False" : String(value);
}

/** @param {Task} task */
function request(task) {
    return { additional_messages: [{ role: "user", content: task.text }], stream: true };
}

const curl = {
    /** @param {Task} task */
    head: task => `base=${shell(task.base)}\n${task.withKey ? "auth=\"Authorization: Bearer $RUNNEL_API_KEY\"" : "auth=\"Authorization: Bearer any\""}
post() { curl -sN -H "$auth" -H 'Content-Type: application/json' "$base/$1" -d "$2"; }\n`,
    /** @param {Task} task */
    ask: task => `${curl.head(task)}${task.create
        ? `assistant=$(post assistants ${shell(JSON.stringify(task.create))} | grep -o 'asst_[A-Za-z0-9]*' | head -1)`
        : `assistant=${task.assistant}`}
${task.thread ? `thread=${task.thread}` : "thread=$(post threads '{}' | grep -o 'thread_[A-Za-z0-9]*' | head -1)"}
post "threads/$thread/runs" ${shell(`{"assistant_id": "`)}"$assistant"${shell(`", ${JSON.stringify(request(task)).slice(1)}`)}`,
    /** @param {Task} task */
    again: task => `base=${shell(task.base)}
curl -sN "$base/threads/${task.thread}/runs/${task.run}?stream=true&starting_after=0"${task.withKey ? " \\\n  -H \"Authorization: Bearer $RUNNEL_API_KEY\"" : ""}`,
};

const pythonWriter = {
    /** @param {Task} task */
    head: task => `${task.withKey ? "import os\n" : ""}from openai import OpenAI

client = OpenAI(base_url=${literal(task.base)}, api_key=${task.withKey ? "os.environ[\"RUNNEL_API_KEY\"]" : "\"any\""})\n`,
    /** @param {Task} task */
    ask: task => `${pythonWriter.head(task)}${task.create
        ? `assistant = client.beta.assistants.create(**${python(task.create)}).id` : `assistant = ${literal(task.assistant)}`}
thread = ${task.thread ? literal(task.thread) : "client.beta.threads.create().id"}
with client.beta.threads.runs.stream(
        thread_id=thread, assistant_id=assistant,
        additional_messages=[{"role": "user", "content": ${literal(task.text)}}]) as stream:
    for text in stream.text_deltas:
        print(text, end="", flush=True)
print()`,
    /** @param {Task} task */
    again: task => `${pythonWriter.head(task)}thread, run = ${literal(task.thread)}, ${literal(task.run)}
print(client.beta.threads.runs.retrieve(run, thread_id=thread).status)
for step in client.beta.threads.runs.steps.list(run, thread_id=thread, order="asc"):
    print(step.type, step.status, step.usage)`,
};

const node = {
    /** @param {Task} task */
    head: task => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${literal(task.base)}, apiKey: ${task.withKey ? "process.env.RUNNEL_API_KEY" : "\"any\""} });\n`,
    /** @param {Task} task */
    ask: task => `${node.head(task)}const assistant = ${task.create
        ? `(await client.beta.assistants.create(${JSON.stringify(task.create)})).id` : literal(task.assistant)};
const thread = ${task.thread ? literal(task.thread) : "(await client.beta.threads.create()).id"};
const stream = client.beta.threads.runs.stream(thread, {
  assistant_id: assistant,
  additional_messages: [{ role: "user", content: ${literal(task.text)} }],
});
stream.on("textDelta", delta => process.stdout.write(delta.value));
await stream.finalRun();
console.log();`,
    /** @param {Task} task */
    again: task => `${node.head(task)}const [thread, run] = [${literal(task.thread)}, ${literal(task.run)}];
console.log((await client.beta.threads.runs.retrieve(run, { thread_id: thread })).status);
for await (const step of client.beta.threads.runs.steps.list(run, { thread_id: thread, order: "asc" })) {
  console.log(step.type, step.status, step.usage);
}`,
};

/** @param {string} body @param {string} imports */
function java(body, imports) {
    return `${imports}

public class Try {
    public static void main(String[] args) {
${body.split("\n").map(line => line && `        ${line}`).join("\n")}
    }
}`;
}

const runnel = {
    /** @param {Task} task */
    open: task => `try (RunnelClient client = RunnelClient.builder().baseUrl(${literal(task.base)})
        .apiKey(${task.withKey ? "System.getenv(\"RUNNEL_API_KEY\")" : "\"any\""}).build()) {`,
    imports: "import dev.runnel.client.*;\nimport dev.runnel.protocol.*;\nimport java.util.*;",
    /** @param {Task} task */
    ask: task => java(`${runnel.open(task)}
    String assistant = ${task.create
        ? `client.assistants().create(AssistantRequest.builder(${literal(task.create.model)})${task.create.instructions
            ? `.instructions(${literal(task.create.instructions)})` : ""}.build()).id()` : literal(task.assistant)};
    String thread = ${task.thread ? literal(task.thread) : "client.threads().create(ThreadRequest.of()).id()"};
    RunRequest request = RunRequest.builder(assistant)
            .additionalMessages(List.of(MessageRequest.user(${literal(task.text)})))
            .build();
    try (RunStream stream = client.runs().stream(thread, request)) {
        stream.textDeltas().forEach(System.out::print);
    }
    System.out.println();
}`, runnel.imports),
    /** @param {Task} task */
    again: task => java(`${runnel.open(task)}
    Position start = new Position(${literal(task.thread)}, ${literal(task.run)}, 0);
    try (RunStream stream = client.runs().resume(start)) {
        for (RunEvent event : stream) {
            System.out.println(event.name());
        }
    }
}`, runnel.imports),
};

const openai = {
    imports: `import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.beta.assistants.*;
import com.openai.models.beta.threads.*;
import com.openai.models.beta.threads.runs.*;`,
    /** @param {Task} task */
    open: task => `OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(${literal(task.base)})
        .apiKey(${task.withKey ? "System.getenv(\"RUNNEL_API_KEY\")" : "\"any\""}).build();`,
    /** @param {Task} task */
    ask: task => java(`${openai.open(task)}
String assistant = ${task.create
        ? `client.beta().assistants().create(AssistantCreateParams.builder().model(${literal(task.create.model)})${task.create.instructions
            ? `.instructions(${literal(task.create.instructions)})` : ""}.build()).id()` : literal(task.assistant)};
String thread = ${task.thread ? literal(task.thread) : "client.beta().threads().create(ThreadCreateParams.builder().build()).id()"};
RunCreateParams request = RunCreateParams.builder().assistantId(assistant)
        .addAdditionalMessage(RunCreateParams.AdditionalMessage.builder()
                .role(RunCreateParams.AdditionalMessage.Role.USER).content(${literal(task.text)}).build())
        .build();
try (var stream = client.beta().threads().runs().createStreaming(thread, request)) {
    stream.stream().filter(event -> event.isThreadMessageDelta())
            .flatMap(event -> event.asThreadMessageDelta().data().delta().content().stream().flatMap(java.util.List::stream))
            .forEach(part -> part.text().flatMap(it -> it.text()).flatMap(it -> it.value()).ifPresent(System.out::print));
}
System.out.println();
client.close();`, openai.imports),
    /** @param {Task} task */
    again: task => java(`${openai.open(task)}
Run run = client.beta().threads().runs().retrieve(${literal(task.run)},
        RunRetrieveParams.builder().threadId(${literal(task.thread)}).build());
System.out.println(run.status() + " " + run.usage());
client.close();`, openai.imports),
};

/** @type {Record<string, {ask: (task: Task) => string, again: (task: Task) => string}>} */
const WRITERS = { curl, python: pythonWriter, node, runnel, openai };
