/** The conversation of a thread: its messages, and the reply that is being written, read from the run's log. */

import { html, useEffect, useLayoutEffect, useRef, useState } from "./lib/preact.js";
import { get, post, remove } from "./api.js";
import { Composer } from "./composer.js";
import { useLog, useShared } from "./context.js";
import { Message, ToolCalls } from "./message.js";
import { Empty, IconButton, Problem, Status } from "./parts.js";
import { go } from "./route.js";
import { hasEnded } from "./run-log.js";
import { ThreadMenu, titleFrom } from "./threads.js";
import { outcome, textOf } from "./words.js";

/** @typedef {Record<string, any>} Json */

const PAGE = 100;
const POLL = 2_000;

/**
 * A thread as the server has it, loaded again when it changes elsewhere.
 *
 * @param {string} id
 * @param {boolean} following whether a run's log is read that tells of changes sooner
 */
function useThread(id, following) {
    const [state, setState] = useState({
        thread: /** @type {Json | null} */ (null), messages: /** @type {Json[]} */ ([]), run: /** @type {Json | null} */ (null),
        more: false, error: /** @type {Error | null} */ (null),
    });
    const load = async () => {
        try {
            const [thread, page, runs] = await Promise.all([
                get(`threads/${id}`), get(`threads/${id}/messages?limit=${PAGE}`), get(`threads/${id}/runs?limit=1`)]);
            setState({ thread, messages: page.data.reverse(), run: runs.data[0] ?? null, more: page.has_more, error: null });
        } catch (e) {
            setState(old => ({ ...old, error: /** @type {Error} */ (e) }));
        }
    };
    const older = async () => {
        const page = await get(`threads/${id}/messages?limit=${PAGE}&after=${state.messages[0].id}`);
        setState(old => ({ ...old, messages: [...page.data.reverse(), ...old.messages], more: page.has_more }));
    };
    useEffect(() => void load(), [id]);
    useEffect(() => {
        const timer = setInterval(async () => {
            if (document.hidden || following) {
                return;
            }
            const [messages, runs] = await Promise.all([
                get(`threads/${id}/messages?limit=1`), get(`threads/${id}/runs?limit=1`)]).catch(() => [null, null]);
            const known = [state.messages.at(-1)?.id, state.run?.id, state.run?.status].join();
            if (messages && [messages.data[0]?.id, runs?.data[0]?.id, runs?.data[0]?.status].join() !== known) {
                void load();
            }
        }, POLL);
        return () => clearInterval(timer);
    }, [id, following, state]);
    return { ...state, load, older };
}

/**
 * The messages of a thread, with the messages that a run is writing, from the run's log.
 *
 * @param {Json[]} messages
 * @param {import("./run-log.js").RunLog | null} log
 */
function withReply(messages, log) {
    if (!log) {
        return messages;
    }
    const all = new Map(messages.map(it => [it.id, it]));
    for (const message of log.fold.messages.values()) {
        const stored = all.get(message.id);
        // A log that is not read to its end yet may know less than the server's answer.
        if (!stored || textOf(message).length >= textOf(stored).length) {
            all.set(message.id, message);
        }
    }
    return [...all.values()];
}

/** @param {{id: string}} props */
export function Conversation({ id }) {
    const { show, say, assistants } = useShared();
    const [followed, setFollowed] = useState("");
    const log = useLog(id, followed);
    const ended = log !== null && log.state !== "connecting" && log.state !== "live" && log.state !== "away";
    const { thread, messages, run, more, error, load, older } = useThread(id, followed !== "" && !ended);
    const [pending, setPending] = useState("");
    const [edited, setEdited] = useState(/** @type {Json | null} */ (null));

    useEffect(() => {
        if (run && !hasEnded(run.status)) {
            setFollowed(run.id);
        }
    }, [run?.id, run?.status]);
    useEffect(() => {
        if (ended) {
            void load();
        }
    }, [ended, followed]);
    useEffect(() => setPending(""), [messages]);

    const latest = log?.latestRun ?? run;
    const active = Boolean(latest && !hasEnded(latest.status) && !ended);
    const shown = withReply(messages, log);

    const start = async (/** @type {Json} */ request, /** @type {string} */ text) => {
        setPending(text);
        try {
            const made = await post(`threads/${id}/runs`, request);
            setFollowed(made.id);
            await load();
        } catch (e) {
            setPending("");
            throw e;
        }
    };
    const dropFrom = async (/** @type {number} */ index) => {
        for (const message of messages.slice(index).reverse()) {
            await remove(`threads/${id}/messages/${message.id}`);
        }
    };
    const send = async (/** @type {Json} */ request, /** @type {string} */ text) => {
        if (edited) {
            await dropFrom(messages.findIndex(it => it.id === edited.id));
            setEdited(null);
        }
        await start(request, text);
    };
    const again = async () => {
        try {
            await dropFrom(messages.findLastIndex(it => it.role === "user") + 1);
            await start({ assistant_id: latest?.assistant_id ?? assistants[0]?.id, model: latest?.model }, "");
        } catch (e) {
            say(/** @type {Error} */ (e).message);
        }
    };
    const stop = () => post(`threads/${id}/runs/${latest?.id}/cancel`).catch(e => say(e.message));

    return html`<main id="main" tabindex="-1">
        <header class="bar">
            <h1>${thread?.metadata.title || titleFrom(messages[0] ? textOf(messages[0]) : "") || "Thread"}</h1>
            ${log?.state === "away" && html`<span class="status away" role="status">reconnecting</span>`}
            ${thread && html`<${IconButton} icon="code" label="As code" onClick=${() => show("code", { kind: "thread", thread, messages, run: latest })} />
                ${latest && html`<${IconButton} icon="inspect" label="Inspect the latest run" onClick=${() => go({ id, run: latest.id })} />`}
                <${ThreadMenu} thread=${thread} onChanged=${load} />`}
        </header>
        <${Scroller} pinned=${`${shown.length}/${pending}`}>
            <${Problem} error=${error} onRetry=${load} />
            ${more && html`<button type="button" class="quiet older" onClick=${older}>Older messages</button>`}
            <div class="messages" role="log" aria-label="Conversation" aria-busy=${active}>
                ${shown.map((message, i) => html`<${Message} key=${message.id} message=${message} threadId=${id}
                    writing=${active && message.status === "in_progress"}
                    onRetry=${!active && i === shown.length - 1 && message.role === "assistant" ? again : undefined}
                    onEdit=${!active && message.role === "user" && i === shown.findLastIndex(it => it.role === "user")
                        ? () => setEdited(message) : undefined} />`)}
                ${pending && html`<article class="message user pending"><div class="body">${pending}</div></article>`}
            </div>
            <${RunState} run=${latest} log=${log} active=${active} threadId=${id} onRetry=${again} />
        <//>
        <${Composer} threadId=${id} run=${latest} active=${active} edited=${edited} onSend=${send} onStop=${stop}
            onKeep=${() => setEdited(null)} />
    </main>`;
}

/** What a run is at, below its messages. @param {{run: Json | null, log: import("./run-log.js").RunLog | null, active: boolean, threadId: string, onRetry: () => void}} props */
function RunState({ run, log, active, threadId, onRetry }) {
    if (!run) {
        return null;
    }
    const why = active ? null : outcome(run);
    const writing = log && [...log.fold.messages.values()].some(it => it.status === "in_progress" && it.content.length > 0);
    return html`${log && html`<${ToolCalls} steps=${[...log.fold.steps.values()]} />`}
        ${active && run.status === "requires_action" && html`<div class="callout" role="status">
            <p><strong>The run waits for tool outputs.</strong> Its model calls
            ${" "}${run.required_action.submit_tool_outputs.tool_calls.map((/** @type {Json} */ call) => call.function.name).join(", ")}.</p>
            <button type="button" class="primary" onClick=${() => go({ id: threadId, run: run.id })}>Give the outputs</button></div>`}
        ${active && run.status !== "requires_action" && !writing && html`<p class="thinking"><span class="dots"><i></i><i></i><i></i></span>
            <${Status} status=${run.status} /></p>`}
        ${why && html`<div class=${`callout ${run.status === "failed" ? "bad" : ""}`} role="status"><p><strong>${why.title}.</strong> ${why.text}</p>
            <button type="button" class="quiet" onClick=${onRetry}>Try again</button>
            <button type="button" class="quiet" onClick=${() => go({ id: threadId, run: run.id })}>Look into the run</button></div>`}`;
}

/** Stays at the end while the end is in sight. @param {{pinned: string, children?: any}} props `pinned` changes when it is to go there */
function Scroller({ pinned, children }) {
    const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
    const follows = useRef(true);
    const [away, setAway] = useState(false);
    const toEnd = () => {
        if (ref.current) {
            ref.current.scrollTop = ref.current.scrollHeight;
        }
    };
    useLayoutEffect(() => {
        follows.current = true;
        toEnd();
    }, [pinned]);
    useLayoutEffect(() => {
        if (follows.current) {
            toEnd();
        }
    });
    const scrolled = () => {
        const box = ref.current;
        if (box) {
            follows.current = box.scrollTop + box.clientHeight > box.scrollHeight - 60;
            setAway(!follows.current);
        }
    };
    return html`<div class="scroller" ref=${ref} onScroll=${scrolled} tabindex="0" role="region" aria-label="Messages">
        <div class="column">${children}</div>
        ${away && html`<${IconButton} class="to-end" icon="down" label="To the latest message" onClick=${() => {
            follows.current = true;
            toEnd();
        }} />`}
    </div>`;
}

/** A thread that does not exist yet. */
export function NewConversation() {
    const { threadsChanged } = useShared();
    const send = async (/** @type {Json} */ request, /** @type {string} */ text) => {
        const thread = await post("threads", { metadata: { title: titleFrom(text) || "Files" } });
        await post(`threads/${thread.id}/runs`, request);
        threadsChanged();
        go({ id: thread.id });
    };
    return html`<main id="main" tabindex="-1">
        <header class="bar"><h1>New thread</h1></header>
        <${Scroller} pinned="">
            <${Empty} icon="chat" title="What shall we talk about?">
                <p>A reply is a run on this server: it does not depend on this page. Reload in the middle of it, close the tab,
                come back: it goes on where it was.</p>
            <//>
        <//>
        <${Composer} threadId="" run=${null} active=${false} edited=${null} onSend=${send} onStop=${() => {}} onKeep=${() => {}} suggest />
    </main>`;
}
