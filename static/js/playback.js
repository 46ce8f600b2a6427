// Puts what is to be played into the media element, and exchanges it without losing the second.
import { announce } from "./dom.js";
import * as sources from "./sources.js";
import { _ } from "./words.js";

const { AUTO, SOUND } = sources;
const NEAR_S = 0.3;

/**
 * What plays in a media element. The root hears "sources" when the choices, the chosen one or the
 * size on the screen have changed, and "failed" when nothing comes any more.
 */
export class Playback {
  #root;
  #element;
  #told;
  #choice = localStorage.getItem("quality") ?? AUTO;
  #stream = null;
  #turn = 0;
  #shown = 0;
  // The address that is in the element, or null while nothing was asked for yet.
  #address = null;
  // Where to go on, and how, once the element knows what it has got; null when it does.
  #resume = null;
  #isStale = false;

  constructor(root, element) {
    this.#root = root;
    this.#element = element;
    this.#told = JSON.parse(root.dataset.media);
    for (const source of element.querySelectorAll("source")) source.remove();
    element.load();
    element.addEventListener("loadedmetadata", () => this.#arrive());
    element.addEventListener("resize", () => this.#showSize());
    element.addEventListener("error", () => this.#fail());
    this.#prepare();
  }

  get told() {
    return this.#told;
  }

  get choice() {
    return sources.nearest(this.#told, this.#choice);
  }

  get choices() {
    return sources.choices(this.#told, this.choice === AUTO && this.#shown);
  }

  get time() {
    return this.#resume ? this.#resume.time : this.#element.currentTime;
  }

  get isPlaying() {
    return this.#resume ? this.#resume.isPlaying : !this.#element.paused;
  }

  play() {
    if (this.#needsLoading) this.#load(this.time, true);
    else if (this.#resume) this.#resume.isPlaying = true;
    // A refusal (nobody has touched the page yet) leaves it paused, as the button shows.
    this.#element.play().catch(() => {});
  }

  pause() {
    if (this.#resume) this.#resume.isPlaying = false;
    this.#element.pause();
  }

  seek(seconds) {
    if (this.#needsLoading) this.#load(seconds, this.isPlaying);
    else if (this.#resume) this.#resume.time = seconds;
    else this.#element.currentTime = seconds;
  }

  /** Play in another size, or the sound alone; what people choose is kept for other episodes. */
  choose(choice, { remember = true } = {}) {
    if (remember) localStorage.setItem("quality", choice);
    this.#choice = choice;
    const isOther = this.#isStale || this.#wanted !== this.#address;
    if (this.#address === null) this.#prepare();
    else if (isOther) this.#load(this.time, this.isPlaying);
    else this.#stream?.show(this.#side, this.isPlaying);
    this.#tell();
  }

  /** Other files have taken the place of these: from the next start or seek on, play them. */
  renew(told) {
    const wasProvisional = this.#told.files.some((file) => file.provisional);
    const hadSizes = sources.sizes(this.#told).length;
    const isSame = addresses(this.#told) === addresses(told);
    this.#told = told;
    if (isSame) return;
    const isBetter = wasProvisional || sources.sizes(told).length > hadSizes;
    if (!this.#hasBegun) this.#prepare();
    else if (isBetter || this.#wanted !== this.#address) this.#isStale = true;
    if (this.#isStale && wasProvisional) announce(_("Better quality is ready."));
    this.#tell();
  }

  /** Go on at the same second with the files of `told`. */
  reopen(told, isPlaying = this.isPlaying) {
    this.#told = told;
    this.#load(this.time, isPlaying);
    this.#tell();
  }

  /** Nothing can be played: stand still, and keep the second for another try. */
  halt() {
    const { time } = this;
    this.#close();
    this.#resume = { time, isPlaying: false };
    this.#element.removeAttribute("src");
    this.#element.load();
    this.#tell();
  }

  get #way() {
    return sources.wayOf(this.#told, this.choice);
  }

  get #wanted() {
    return this.#way === "file" ? this.#file.url : this.#told.hls;
  }

  get #file() {
    return sources.fileFor(this.#told, this.choice);
  }

  get #side() {
    return this.choice === AUTO ? null : Number(this.choice);
  }

  get #hasBegun() {
    return this.#address !== null && (this.time > 0 || this.isPlaying);
  }

  get #needsLoading() {
    return this.#address === null || this.#isStale;
  }

  /** Nobody has pressed anything yet, and most will not: only what has no poster shows itself. */
  #prepare() {
    this.#close();
    const { tagName, poster } = this.#element;
    if (this.#way === "stream") import("./stream.js").catch(() => {});
    else if (tagName === "VIDEO" && !poster) this.#load(0, false);
    this.#tell();
  }

  async #load(time, isPlaying) {
    this.#close();
    const turn = this.#turn;
    this.#resume = { time, isPlaying };
    this.#address = this.#wanted;
    this.#isStale = false;
    this.#element.preload = "metadata";
    if (this.#way === "stream") {
      const made = await import("./stream.js").catch(() => null);
      if (turn !== this.#turn) return;
      if (!made) return this.#fail();
      this.#stream = new made.Stream(this.#element, this.#address, this.#how);
    } else {
      this.#element.src = time > 0 ? `${this.#address}#t=${time}` : this.#address;
      this.#showSize(this.#way === "file" ? sources.side(this.#file) : 0);
    }
    if (this.isPlaying) this.#element.play().catch(() => {});
  }

  get #how() {
    return {
      start: this.#resume.time,
      side: this.#side,
      most: sources.savesData() ? sources.plainSide() : null,
      onSize: (side) => this.#showSize(side),
      onFail: () => this.#fail(),
    };
  }

  #close() {
    this.#turn += 1;
    this.#stream?.close();
    this.#stream = null;
    this.#address = null;
  }

  #arrive() {
    if (!this.#resume) return;
    const { time, isPlaying } = this.#resume;
    if (Math.abs(this.#element.currentTime - time) > NEAR_S) this.#element.currentTime = time;
    this.#resume = null;
    if (isPlaying) this.#element.play().catch(() => {});
  }

  #showSize(side = Math.min(this.#element.videoWidth, this.#element.videoHeight)) {
    if (this.#shown === side) return;
    this.#shown = side;
    this.#tell();
  }

  #fail() {
    this.#root.dispatchEvent(new CustomEvent("failed"));
  }

  #tell() {
    const isHeard = this.#choice === SOUND && sources.sizes(this.#told).length > 0;
    this.#root.classList.toggle("audio-only", isHeard);
    this.#root.dispatchEvent(new CustomEvent("sources"));
  }
}

function addresses(told) {
  return [told.hls, ...told.files.map((file) => file.url)].join();
}
