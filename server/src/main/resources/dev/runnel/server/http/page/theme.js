/** Light, dark, or as the system has it. */

import { useEffect, useState } from "./lib/preact.js";

/** @typedef {"system" | "light" | "dark"} Theme */

const THEME = "runnel.theme";

/** @returns {Theme} */
function stored() {
    const value = localStorage.getItem(THEME);
    return value === "light" || value === "dark" ? value : "system";
}

/** @returns {[Theme, (theme: Theme) => void]} */
export function useTheme() {
    const [theme, setTheme] = useState(stored);
    useEffect(() => {
        localStorage.setItem(THEME, theme);
        document.documentElement.dataset.theme = theme;
    }, [theme]);
    return [theme, setTheme];
}

/**
 * @param {Theme} theme
 * @returns {Theme}
 */
export function nextTheme(theme) {
    return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}
