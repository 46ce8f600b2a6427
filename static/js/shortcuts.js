// Single-key shortcuts of every page, and the one rule about when they count.

const WRITING =
  "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/** Whether a key press is meant as a shortcut: not while writing, not with a modifier, not off. */
export function isShortcut(event) {
  const modified = event.metaKey || event.ctrlKey || event.altKey;
  return !modified && !event.target.closest?.(WRITING) && areOn();
}

/** People can switch single-key shortcuts off (WCAG 2.1.4): in this browser, or everywhere. */
export function areOn() {
  return !areOffEverywhere() && localStorage.getItem("keys") !== "off";
}

/** Whether the settings of their account say so. */
export function areOffEverywhere() {
  return document.documentElement.dataset.keys === "off";
}

/** Remember whether single-key shortcuts count in this browser. */
export function switchKeys(on) {
  localStorage.setItem("keys", on ? "on" : "off");
}

/** `/` goes to the search field and what is in it. */
export function shortcuts() {
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || !isShortcut(event)) return;
    const field = document.querySelector(".find input");
    if (!field) return;
    event.preventDefault();
    // Whoever asks anew writes over what was asked.
    field.select();
  });
}
