// Search results: moments play where they stand, and keys move from one to the next.
import { mention } from "./dom.js";
import { InlinePlayer } from "./inline.js";
import { explain } from "./keys.js";
import { isShortcut } from "./shortcuts.js";
import { n_ } from "./words.js";

// What does something of its own with the space bar.
const PRESSED = "button, summary, input, label, video, audio";

export default function results(root) {
  const player = new InlinePlayer(root);
  const dialog = document.getElementById("keys");
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-play]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    player.open(link.closest("[data-episode]"), Number(link.dataset.play), link);
  });
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") player.close();
    const act = {
      j: () => move(root, player, 1),
      k: () => move(root, player, -1),
      " ": player.isOpen && !event.target.closest?.(PRESSED) && (() => player.toggle()),
      "?": dialog && (() => dialog.showModal()),
    }[event.key];
    if (!act || !isShortcut(event)) return;
    event.preventDefault();
    act();
  });
  if (dialog) explain(dialog);
  further(root);
  filters(root.querySelector(".facets"));
}

/** Whoever asked for further moments goes on at the first of them; ears hear how many came. Their
 * list has those with the words alone: what was found by its meaning stays before them. */
function further(root) {
  let list = null;
  let shown = [];
  const starts = (place) => [...place.querySelectorAll("a[data-play]")];
  const among = (links) => (link) => links.some((one) => one.dataset.play === link.dataset.play);
  root.addEventListener("click", ({ target }) => {
    const place = target.closest(".hits-l a[hx-get]")?.closest("[data-episode]");
    if (!place) return;
    list = place;
    shown = starts(place);
  });
  document.addEventListener("htmx:after:swap", () => {
    const place = list;
    if (!place || place.querySelector(".hits-l a[hx-get]")) return;
    const come = starts(place);
    const added = come.filter((link) => !among(shown)(link));
    const kept = shown.filter((link) => !among(come)(link));
    place.querySelector(".hits-l").prepend(...kept.map((link) => link.closest("li")));
    list = null;
    (added[0] ?? come[0])?.focus();
    mention(n_("%(num)s more moment is shown.", "%(num)s more moments are shown.", added.length));
  });
}

/** What is left open stays out of the address, and what was ticked and not applied does not come
 * back with a page that the browser has kept. */
function filters(form) {
  form?.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
  addEventListener("pageshow", ({ persisted }) => persisted && form?.reset());
}

/** Go to the next moment, or with -1 to the one before; from the player, on from what it plays. */
function move(root, player, step) {
  const links = [...root.querySelectorAll("a[data-play]")].filter(
    (link) => link.tabIndex >= 0 && link.checkVisibility(),
  );
  const focused = document.activeElement;
  const at = links.indexOf(player.contains(focused) ? player.opener : focused);
  const next = links[Math.max(0, at + step)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
