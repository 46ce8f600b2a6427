// Search results: moments play where they stand, and keys move from one to the next.
import { announce, mention } from "./dom.js";
import { isShortcut } from "./shortcuts.js";
import { AUTO, fileFor } from "./sources.js";
import { _, n_ } from "./words.js";

const FAILED = _("This can't be played here. Open the episode instead.");

export default function results(root) {
  const player = new InlinePlayer();
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-play]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    player.open(link.closest("[data-episode]"), Number(link.dataset.play), link);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") player.close();
    const step = { j: 1, k: -1 }[event.key];
    if (!step || !isShortcut(event)) return;
    event.preventDefault();
    move(root, step);
  });
  further(root);
  filters(root.querySelector(".facets"));
}

/** Whoever asked for further moments goes on at the first of them; ears hear how many came. */
function further(root) {
  let list = null;
  let known = new Set();
  const starts = (place) => [...place.querySelectorAll("a[data-play]")];
  root.addEventListener("click", ({ target }) => {
    const place = target.closest(".hits-l a[hx-get]")?.closest("[data-episode]");
    if (!place) return;
    list = place;
    known = new Set(starts(place).map((link) => link.dataset.play));
  });
  document.addEventListener("htmx:after:swap", () => {
    const place = list;
    if (!place || place.querySelector(".hits-l a[hx-get]")) return;
    const added = starts(place).filter((link) => !known.has(link.dataset.play));
    list = null;
    (added[0] ?? starts(place)[0])?.focus();
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

/** Go to the next moment, or with -1 to the one before. */
function move(root, step) {
  const links = [...root.querySelectorAll("a[data-play]")];
  const next = links[Math.max(0, links.indexOf(document.activeElement) + step)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The one player of the page; it moves to whatever is played. */
class InlinePlayer {
  async open(place, seconds, opener) {
    this.opener = opener;
    if (this.place === place) {
      this.#seek(seconds);
      return;
    }
    this.close();
    this.place = place;
    try {
      const told = await describe(place.dataset.episode);
      if (this.place !== place) return;
      this.media = makeMedia(place.dataset, fileFor(told.media, AUTO), told);
      (place.querySelector("[data-stage]") ?? place).append(this.media);
      this.#seek(seconds);
    } catch {
      this.place = null;
      announce(FAILED, "bad");
    }
  }

  close() {
    if (!this.media) return;
    const hadFocus = this.media.contains(document.activeElement);
    this.media.pause();
    this.media.remove();
    this.media = this.place = null;
    if (hadFocus) this.opener.focus();
  }

  #seek(seconds) {
    if (!this.media) return;
    this.media.currentTime = seconds;
    this.media.play().catch(() => {});
    this.media.scrollIntoView({ block: "nearest" });
  }
}

async function describe(ident) {
  const answer = await fetch(`/api/v1/episodes/${ident}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function makeMedia({ kind, title }, file, told) {
  const media = document.createElement(kind === "audio" ? "audio" : "video");
  Object.assign(media, { controls: true, src: file.url, preload: "auto", className: "inline" });
  media.playsInline = true;
  media.setAttribute("aria-label", title);
  if (told.transcript?.state === "ready") {
    const track = document.createElement("track");
    const language = told.transcript.language ?? "en";
    const src = `/api/v1/episodes/${told.id}/transcript.vtt`;
    Object.assign(track, { kind: "captions", label: _("Captions"), srclang: language, src });
    media.append(track);
  }
  return media;
}
