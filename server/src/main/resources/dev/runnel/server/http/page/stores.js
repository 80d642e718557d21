/** Vector stores, if the server has them: their files with state and reason, and a search. */

import { html, useState } from "./lib/preact.js";
import { get, pages, post } from "./api.js";
import { useShared } from "./context.js";
import { DropZone, Uploads, uploadAll } from "./files.js";
import { Dialog, Id, Problem, Status, useLoaded } from "./parts.js";
import { go, link } from "./route.js";

/** @typedef {Record<string, any>} Json */

const POLL = 2_000;

/** @param {string} path */
async function first(path) {
    for await (const page of pages(path)) {
        return page;
    }
    return [];
}

export function StoreList() {
    const { route, hasStores, say } = useShared();
    const { value: stores, again } = useLoaded(() => hasStores ? first("vector_stores") : Promise.resolve([]), [hasStores, route.id]);
    const create = async () => {
        const store = await post("vector_stores", { name: "New store" }).catch(e => say(e.message));
        if (store) {
            again();
            go({ view: "files", id: store.id });
        }
    };
    return html`<section class="threads" aria-label="Files">
        <div class="rows" role="list">
            <div role="listitem" class=${`row thread ${route.id ? "" : "current"}`}><a href=${link({ view: "files" })}><span class="title">All files</span></a></div>
            ${stores?.map(it => html`<div role="listitem" key=${it.id} class=${`row thread ${it.id === route.id ? "current" : ""}`}>
                <a href=${link({ view: "files", id: it.id })}><span class="title">${it.name || it.id}</span><span class="when">${it.file_counts.total} files</span></a></div>`)}
        </div>
        ${hasStores && html`<p class="pad"><button type="button" class="quiet" onClick=${create}>New store</button></p>`}
    </section>`;
}

/** @param {{id: string}} props */
export function StoreView({ id }) {
    const [uploads, setUploads] = useState(/** @type {Map<string, string>} */ (new Map()));
    const { value, error, again } = useLoaded(async () => {
        const [store, files, known] = await Promise.all([get(`vector_stores/${id}`), first(`vector_stores/${id}/files`), first("files")]);
        if (files.some(it => it.status === "in_progress")) {
            setTimeout(again, POLL);
        }
        return { store, files, names: new Map(known.map(it => [it.id, it.filename])) };
    }, [id]);
    const take = async (/** @type {File[]} */ some) => {
        await uploadAll(some, (name, state) => setUploads(old => new Map(old).set(name, state)),
            file => post(`vector_stores/${id}/files`, { file_id: file.id }));
        again();
    };
    return html`<main id="main" tabindex="-1">
        <header class="bar"><h1>${value?.store.name || "Store"}</h1></header>
        <div class="scroller"><div class="column">
            <${Id} id=${id} />
            <${StoreSearch} id=${id} />
            <${DropZone} onFiles=${take}>Drop files or a folder to search in them<//>
            <${Uploads} uploads=${uploads} />
            <${Problem} error=${error} onRetry=${again} />
            <ul class="uploads" aria-label="Files of the store">${value?.files.map(it => html`<li key=${it.id}><span>${value.names.get(it.id) ?? it.id}</span>
                <${Status} status=${it.status} />${it.last_error && html`<span class="hint">${it.last_error.message}</span>`}</li>`)}</ul>
        </div></div>
    </main>`;
}

/** @param {{id: string}} props */
function StoreSearch({ id }) {
    const [found, setFound] = useState(/** @type {Json[] | null} */ (null));
    const [error, setError] = useState(/** @type {Error | null} */ (null));
    const search = async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const query = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("query"));
        try {
            setFound((await post(`vector_stores/${id}/search`, { query, max_num_results: 10 })).data);
            setError(null);
        } catch (e) {
            setError(/** @type {Error} */ (e));
        }
    };
    return html`<form class="line" role="search" onSubmit=${search}>
        <input name="query" type="search" required aria-label="Search the store" placeholder="Search the store" /><button type="submit" class="primary">Search</button></form>
        <${Problem} error=${error} />
        ${found?.length === 0 && html`<p class="hint">No passage was found.</p>`}
        ${found && html`<ol class="passages">${found.map(it => html`<li><div class="line"><strong>${it.filename}</strong><span class="status">${it.score.toFixed(3)}</span></div>
            ${it.content.map((/** @type {Json} */ part) => html`<blockquote>${part.text}</blockquote>`)}</li>`)}</ol>`}`;
}

/**
 * The passages of a citation: the results of the run's search in its file.
 *
 * @param {{annotation: Json, message: Json, onClose: () => void}} props
 */
export function Passage({ annotation, message, onClose }) {
    const file = annotation.file_citation?.file_id ?? annotation.file_path?.file_id;
    const { value, error } = useLoaded(async () => {
        const include = encodeURIComponent("step_details.tool_calls[*].file_search.results[*].content");
        const [about, steps] = await Promise.all([
            get(`files/${file}`).catch(() => ({ filename: "Source" })), first(`threads/${message.thread_id}/runs/${message.run_id}/steps?include[]=${include}`)]);
        const results = steps.flatMap(step => step.step_details.tool_calls ?? []).flatMap(call => call.file_search?.results ?? []);
        return { name: about.filename, passages: results.filter(it => it.file_id === file) };
    }, [file]);
    return html`<${Dialog} title=${value?.name ?? "Source"} onClose=${onClose} wide>
        <${Problem} error=${error} />
        ${value?.passages.length === 0 && html`<p class="hint">The server does not have the passage. The file is ${file}.</p>`}
        <ol class="passages">${value?.passages.map(it => html`<li><span class="status">${it.score?.toFixed(3)}</span>
            ${it.content?.map((/** @type {Json} */ part) => html`<blockquote>${part.text}</blockquote>`)}</li>`)}</ol>
    <//>`;
}
