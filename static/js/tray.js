// The tray in the header: what is on its way in this tab, in other tabs, and on the server.
import { viewerOf } from "./dom.js";
import { _ } from "./words.js";

// Set in this browser while something may be under way, so that no other page need ask.
const UNDER_WAY = "uploads-under-way";
const AGAIN_MS = 10_000;

export function tray() {
  const root = document.querySelector("[data-tray]");
  if (!root) return;
  // The files of each tab that sends some, and those among them that this page sends.
  const tabs = new Map();
  // Over plain http browsers make no UUIDs.
  const own = `tab-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  // What one person sends is nothing to another who has signed in here since.
  const channel = new BroadcastChannel(`uploads of ${viewerOf()}`);
  let asking;

  const show = () => {
    const files = [...tabs.values()].flat();
    const live = root.querySelector("[data-live]");
    live.hidden = files.length === 0;
    live.replaceChildren(...files.map(lineOf));
    const sent = new Set(files.map((file) => file.id));
    const told = root.querySelector("[data-told]");
    let count = Number(told.dataset.count ?? 0) + files.length;
    for (const line of told.querySelectorAll("[data-upload]")) {
      line.hidden = sent.has(line.dataset.upload);
      if (line.hidden && "counted" in line.dataset) count -= 1;
    }
    const badge = root.querySelector(".badge");
    badge.hidden = count === 0;
    badge.textContent = count;
    root.classList.toggle("busy", count > 0);
    root.querySelector("summary").ariaLabel = count
      ? _("Uploads, %(count)s under way", { count })
      : _("Uploads");
    if (!count && told.dataset.count) localStorage.removeItem(UNDER_WAY);
  };

  const ask = async () => {
    clearTimeout(asking);
    const answer = await fetch(root.dataset.tray).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.querySelector("[data-told]");
    const shown = root.querySelector("[data-told]");
    // Whoever is in it with the keyboard stays there; a later answer is shown.
    const isRead = shown.contains(document.activeElement);
    if (!isRead) shown.replaceWith(told);
    if (isRead || "waiting" in told.dataset) asking = setTimeout(ask, AGAIN_MS);
    show();
  };

  const hear = (tab, files) => {
    const before = tabs.get(tab)?.length ?? 0;
    tabs.set(tab, files);
    show();
    // What is no file any more may have become an episode.
    if (files.length < before) ask();
  };

  /** A tab that has gone without a word holds its lock no more. */
  const bury = async () => {
    const { held } = (await navigator.locks?.query()) ?? {};
    if (!held) return;
    const alive = new Set([own, ...held.map((lock) => lock.name)]);
    for (const tab of tabs.keys()) if (!alive.has(tab)) tabs.delete(tab);
    show();
  };

  const tell = (files) => channel.postMessage({ tab: own, files });

  document.addEventListener("uploads", ({ detail: files }) => {
    if (!tabs.has(own)) navigator.locks?.request(own, () => new Promise(() => {}));
    if (files.length > 0) localStorage.setItem(UNDER_WAY, "1");
    hear(own, files);
    tell(files);
  });
  channel.addEventListener("message", ({ data }) => {
    if (data.files) hear(data.tab, data.files);
    else if (tabs.has(own)) tell(tabs.get(own));
  });
  channel.postMessage({ isAsking: true });
  addEventListener("pagehide", () => {
    if (tabs.has(own)) tell([]);
  });
  root.addEventListener("toggle", () => {
    if (!root.open) return;
    ask();
    bury();
  });
  // Pages that follow an episode know that something is on its way.
  const isFollowed = document.querySelector("#progress[hx-get], #uploads[hx-get]");
  if (isFollowed || localStorage.getItem(UNDER_WAY)) ask();
}

function lineOf({ name, sentence, percent }) {
  const line = document.createElement("li");
  const [title, bar, words] = ["b", "progress", "span"].map((tag) => document.createElement(tag));
  title.textContent = name;
  title.dir = "auto";
  Object.assign(bar, { max: 100, value: percent, ariaLabel: name });
  words.className = "sub";
  words.textContent = sentence;
  line.append(title, bar, words);
  return line;
}
