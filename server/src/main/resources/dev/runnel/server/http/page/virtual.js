/** Long lists: only the visible rows exist. */

import { html, useEffect, useLayoutEffect, useRef, useState } from "./lib/preact.js";

/** Rows beyond each edge, so that quick scrolling shows no gap. */
const BEYOND = 8;

/**
 * A list of rows of one height. Row `selected` is kept in sight when it changes; with `stick`, the end is while it is in sight.
 *
 * @param {{
 *   count: number,
 *   height: number,
 *   row: (index: number) => any,
 *   selected?: number,
 *   stick?: boolean,
 *   label: string,
 *   onEnd?: () => void,
 *   onKeyDown?: (event: KeyboardEvent) => void,
 *   role?: "list" | "listbox",
 *   active?: string,
 * }} props `active` is the id of the selected row's element
 */
export function VirtualList({ count, height, row, selected = -1, stick, label, onEnd, onKeyDown, role = "list", active }) {
    const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
    const atEnd = useRef(true);
    const [view, setView] = useState({ top: 0, height: 800 });
    const measure = () => {
        const box = ref.current;
        if (box) {
            atEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - height;
            setView(old => old.top === box.scrollTop && old.height === box.clientHeight
                ? old : { top: box.scrollTop, height: box.clientHeight });
            if (onEnd && box.scrollTop + box.clientHeight > count * height - 10 * height) {
                onEnd();
            }
        }
    };
    useEffect(() => {
        const observer = new ResizeObserver(measure);
        if (ref.current) {
            observer.observe(ref.current);
        }
        return () => observer.disconnect();
    }, []);
    useLayoutEffect(() => {
        const box = ref.current;
        if (box && stick && atEnd.current && selected < 0) {
            box.scrollTop = box.scrollHeight;
        }
        measure();
    }, [count, stick]);
    useLayoutEffect(() => {
        const box = ref.current;
        if (box && selected >= 0) {
            const top = selected * height;
            if (top < box.scrollTop || top + height > box.scrollTop + box.clientHeight) {
                box.scrollTop = Math.max(0, top - box.clientHeight / 2);
            }
        }
    }, [selected, count > 0]);
    const first = Math.max(0, Math.floor(view.top / height) - BEYOND);
    const last = Math.min(count, Math.ceil((view.top + view.height) / height) + BEYOND);
    const rows = [];
    for (let i = first; i < last; i++) {
        rows.push(row(i));
    }
    return html`<div class="virtual" ref=${ref} onScroll=${measure} onKeyDown=${onKeyDown} role="presentation">
        <div class="virtual-rows" style=${{ height: `${count * height}px` }} role=${role} aria-label=${label}
            tabindex=${role === "listbox" ? 0 : undefined} aria-activedescendant=${active}>
            <div style=${{ transform: `translateY(${first * height}px)` }} role="presentation">${rows}</div>
        </div>
    </div>`;
}
