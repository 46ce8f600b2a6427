// Keys of the episode page, and the dialog that explains them and switches them off.
import { areOffEverywhere, areOn, isShortcut, switchKeys } from "./shortcuts.js";

/** Listen to single keys; `acts` are what the page adds to what the player can do. */
export function keys(player, captions, acts) {
  const dialog = document.getElementById("keys");
  const bound = {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    j: () => player.back(),
    l: () => player.forward(),
    m: () => player.mute(),
    c: () => captions.toggle(),
    a: () => player.toggleSound(),
    f: () => player.fullScreen(),
    ">": () => player.changeRate(1),
    "<": () => player.changeRate(-1),
    "?": () => dialog.showModal(),
    ...acts,
  };
  addEventListener("keydown", (event) => {
    if (!isShortcut(event) || document.querySelector("dialog[open]")) return;
    if (event.key === " " && event.target.closest("button, a, summary, input, label")) return;
    const act = bound[event.key] ?? tenth(player, event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
  explain(dialog);
}

function tenth(player, key) {
  return /^\d$/.test(key) ? () => player.seek((player.duration * Number(key)) / 10) : null;
}

/** Let the dialog switch keys off, and what opens it be seen. */
export function explain(dialog) {
  const box = dialog.querySelector("[data-keys-on]");
  box.checked = areOn();
  box.disabled = areOffEverywhere();
  box.addEventListener("change", () => switchKeys(box.checked));
  for (const opener of document.querySelectorAll("[data-open-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
}
