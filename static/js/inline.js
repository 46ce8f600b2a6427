// The one player of a page of results: it moves to whatever is played.
import { areWanted, remember } from "./captions.js";
import { complain } from "./dom.js";
import { AUTO, fileFor } from "./sources.js";
import { _ } from "./words.js";

const FAILED = _("This can't be played here. Open the episode instead.");

export class InlinePlayer {
  #template;
  #place = null;
  #box = null;
  #media = null;
  #note = null;
  #opener = null;
  #seconds = 0;

  constructor(root) {
    this.#template = root.querySelector("[data-inline]");
  }

  /** Play from there on; the last call counts, also while the media of an earlier one is on its way. */
  async open(place, seconds, opener) {
    this.#note?.remove();
    if (this.#place !== place) this.close();
    this.#opener = opener;
    this.#seconds = seconds;
    if (this.#place === place) {
      if (this.#media) this.#play();
      return;
    }
    this.#place = place;
    try {
      const told = await describe(place.dataset.episode);
      if (this.#place !== place || this.#media) return;
      this.#show(place, makeMedia(place.dataset, fileFor(told.media, AUTO), told));
      this.#play();
    } catch {
      this.#fail(place);
    }
  }

  /** Where the focus belongs when it leaves the player: the large button is for the mouse alone. */
  get opener() {
    if (this.#opener.tabIndex >= 0) return this.#opener;
    return this.#opener.closest("[data-episode]").querySelector("a[data-play]");
  }

  /** Whether that is a part of the player. */
  contains(element) {
    return Boolean(this.#box?.contains(element));
  }

  get isOpen() {
    return Boolean(this.#media);
  }

  /** Pause, or go on. */
  toggle() {
    if (this.#media.paused) this.#media.play().catch(() => {});
    else this.#media.pause();
  }

  close() {
    const hadFocus = this.contains(document.activeElement);
    this.#media?.pause();
    this.#box?.remove();
    this.#place = this.#box = this.#media = null;
    if (hadFocus) this.opener.focus();
  }

  #show(place, media) {
    const box = this.#template.content.firstElementChild.cloneNode(true);
    box.classList.add(place.dataset.kind === "audio" ? "heard" : "seen");
    box.querySelector("button").addEventListener("click", () => this.close());
    box.prepend(media);
    followCaptions(media, box);
    // How high it is shows only now, and what controls it must not be behind the bars.
    media.addEventListener("loadedmetadata", () => this.#reveal(), { once: true });
    media.addEventListener("error", () => this.#media === media && this.#fail(place));
    (place.querySelector("[data-stage]") ?? place).append(box);
    this.#box = box;
    this.#media = media;
    // The large button goes away when what it began plays in its place.
    if (!this.#opener.checkVisibility()) media.focus({ preventScroll: true });
  }

  #play() {
    this.#media.currentTime = this.#seconds;
    this.#media.play().catch(() => {});
    this.#reveal();
  }

  #reveal() {
    this.#box?.scrollIntoView({ block: "nearest" });
  }

  #fail(place) {
    if (this.#place !== place) return;
    this.close();
    this.#note = complain(FAILED, place.querySelector(".go") ?? this.opener);
  }
}

async function describe(ident) {
  const answer = await fetch(`/api/v1/episodes/${ident}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function makeMedia({ kind, title }, file, told) {
  const media = document.createElement(kind === "audio" ? "audio" : "video");
  Object.assign(media, { controls: true, src: file.url, preload: "auto", playsInline: true });
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

/** Captions are on or off as on the page of an episode, which is told when they are switched here. */
function followCaptions(media, box) {
  const [track] = media.textTracks;
  if (!track) return;
  track.mode = areWanted(box) ? "showing" : "disabled";
  media.textTracks.addEventListener("change", () => remember(box, track.mode === "showing"));
}
