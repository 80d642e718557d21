/** The files of what was dropped, those in folders too. */

const MOST = 2_000;

/**
 * @param {DataTransfer | null} transfer
 * @returns {Promise<File[]>} at most 2,000
 */
export async function dropped(transfer) {
    const entries = [...transfer?.items ?? []].map(it => it.webkitGetAsEntry()).filter(it => it !== null);
    /** @type {File[]} */
    const files = [];
    for (const entry of entries) {
        await collect(entry, files);
    }
    return entries.length > 0 ? files : [...transfer?.files ?? []];
}

/**
 * @param {FileSystemEntry} entry
 * @param {File[]} files
 */
async function collect(entry, files) {
    if (files.length >= MOST || entry.name.startsWith(".")) {
        return;
    }
    if (entry.isFile) {
        files.push(await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject)));
        return;
    }
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (;;) {
        /** @type {FileSystemEntry[]} */
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) {
            return;
        }
        for (const child of some) {
            await collect(child, files);
        }
    }
}
