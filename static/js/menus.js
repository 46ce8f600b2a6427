// Menus are <details>: they work without script; this closes them as people expect.

/** What is a column beside wide pages is folded away on narrow ones, also when a page becomes one:
 * tablets are turned, and windows made larger. Where somebody is at work stays open. */
export function folds() {
  const narrow = matchMedia("(max-width: 900px)");
  const fold = () => {
    for (const part of document.querySelectorAll("[data-closed-when-narrow]")) {
      part.open = !narrow.matches || part.contains(document.activeElement);
    }
  };
  narrow.addEventListener("change", fold);
  fold();
}

/** Close open menus by Escape and by a click elsewhere. */
export function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
}
