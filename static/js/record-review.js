// What was recorded, before it is published: play it, cut off its ends, name its chapters.
// Nothing is cut here: the server is told what is to be played, and keeps the rest.
import { setIcon } from "./dom.js";
import { Saving } from "./record-save.js";
import { workOn } from "./record-sender.js";
import { wavePath } from "./record-wave.js";
import { clock, exact } from "./time.js";
import { _ } from "./words.js";

const SHORTEST_S = 1;
// As in the fields of the template: the very end may lie between two steps.
const STEP_S = 0.1;
// Files of MediaRecorder do not say how long they are, until somebody has looked for their end.
const FAR = 1e7;
const BARS = 200;
const [WIDTH, HEIGHT] = [1000, 54];
const ALL = _(
  "All of it is played. Move the two handles under the waveform to leave out a beginning or an end.",
);
const NOTHING = _("Nothing was recorded. Please try again.");

export class Review {
  constructor(studio) {
    this.studio = studio;
    this.root = studio.root.querySelector("[data-review]");
    this.saving = new Saving(studio, this);
    this.ends = Object.fromEntries(
      [...this.root.querySelectorAll("[data-end]")].map((field) => [field.dataset.end, field]),
    );
    for (const name of ["start", "end"]) {
      this.ends[name].addEventListener("input", () => this.#move(name));
    }
    this.seek = this.root.querySelector("[data-seek]");
    this.seek.addEventListener("input", () => this.#goTo(Number(this.seek.value)));
    studio.machine.addEventListener("moved", ({ detail }) => {
      const isOver = ["stop", "lost"].includes(detail.event);
      if (isOver && studio.machine.state === "review") this.#open();
    });
  }

  /** Go on with one of before. */
  async recover(take) {
    workOn(this.studio, take);
    this.studio.finished = Promise.resolve();
    if (this.studio.machine.go("recover")) await this.#open();
  }

  /** What is to be played of it, in seconds; null where that is all of it. */
  get trim() {
    const [start, end] = [this.start, this.end];
    if (start === 0 && end === this.length) return null;
    return end === this.length ? { start } : { start, end };
  }

  toggle() {
    const { media } = this;
    if (!media.paused) return media.pause();
    if (media.currentTime < this.start || media.currentTime >= this.end) this.#goTo(this.start);
    return media.play();
  }

  /** One of the ends is where the playhead is. */
  setEnd(name) {
    this.ends[name].value = this.media.currentTime;
    this.#move(name);
  }

  async discard() {
    const { take, sender, machine } = this.studio;
    if (!machine.may("discard")) return;
    this.#close();
    sender.rest();
    await take.keep({ isDiscarded: true });
    machine.go("discard");
    this.studio.take = this.studio.sender = null;
  }

  async #open() {
    await this.studio.finished;
    const { take, machine } = this.studio;
    if (take.ms === 0) {
      await this.discard();
      return this.studio.fail(NOTHING);
    }
    this.length = Math.round(take.ms) / 1000;
    for (const field of [this.seek, ...Object.values(this.ends)]) field.max = this.length;
    const { start = 0, end = this.length } = take.row.trim ?? {};
    [this.start, this.end] = [start, end];
    await this.#load(take);
    this.#draw(take.peaks);
    this.#show();
    if (machine.state === "review") this.saving.open();
  }

  async #load(take) {
    const isSound = take.row.kind === "microphone";
    const media = document.createElement(isSound ? "audio" : "video");
    media.playsInline = true;
    media.setAttribute("aria-label", _("Your recording"));
    this.media = media;
    this.root.classList.toggle("audio", isSound);
    this.root.querySelector(".stage").replaceChildren(media);
    media.addEventListener("loadedmetadata", () => this.#findLength());
    for (const name of ["timeupdate", "seeked", "play", "pause"]) {
      media.addEventListener(name, () => this.#tick());
    }
    this.address = URL.createObjectURL(await take.blob());
    media.src = this.address;
  }

  #findLength() {
    const { media } = this;
    if (Number.isFinite(media.duration)) return this.#goTo(this.start);
    media.addEventListener("seeked", () => this.#goTo(this.start), { once: true });
    media.currentTime = FAR;
  }

  #close() {
    this.media?.pause();
    this.root.querySelector(".stage").replaceChildren();
    if (this.address) URL.revokeObjectURL(this.address);
  }

  #goTo(seconds) {
    this.media.currentTime = Math.min(Math.max(0, seconds), this.length);
  }

  #move(name) {
    const set = Number(this.ends[name].value);
    const value = set > this.length - STEP_S ? this.length : set;
    if (name === "start") this.start = Math.max(0, Math.min(value, this.end - SHORTEST_S));
    else this.end = Math.min(this.length, Math.max(value, this.start + SHORTEST_S));
    this.studio.take.keep({ trim: { start: this.start, end: this.end } });
    this.#goTo(this[name]);
    this.#show();
  }

  #show() {
    for (const name of ["start", "end"]) {
      this.ends[name].value = this[name];
      this.ends[name].setAttribute("aria-valuetext", exact(this[name]));
    }
    const kept = this.root.querySelector("[data-kept]");
    kept.setAttribute("x", (this.start / this.length) * WIDTH);
    kept.setAttribute("width", ((this.end - this.start) / this.length) * WIDTH);
    this.root.querySelector("[data-of]").textContent = ` / ${clock(this.length)}`;
    this.studio.root.querySelector("[data-trimmed]").textContent = this.trim
      ? _(
          "Played from %(start)s to %(end)s. The rest is shown to nobody; you can bring it back later.",
          { start: exact(this.start), end: exact(this.end) },
        )
      : ALL;
    this.#tick();
  }

  #tick() {
    const { media } = this;
    const now = Math.min(media.currentTime, this.length);
    if (!media.paused && now >= this.end) media.pause();
    this.seek.value = now;
    this.seek.setAttribute("aria-valuetext", exact(now));
    this.root.querySelector(".now").style.setProperty("left", `${(now / this.length) * 100}%`);
    this.root.querySelector("[data-now]").textContent = clock(now);
    const button = this.root.querySelector("[data-do=play]");
    setIcon(button, media.paused ? "play" : "pause");
    button.setAttribute("aria-label", media.paused ? _("Play") : _("Pause"));
  }

  #draw(peaks) {
    const loudest = Math.max(0.05, ...peaks);
    const path = wavePath(peaks, { most: BARS, width: WIDTH, height: HEIGHT, loudest });
    for (const wave of this.root.querySelectorAll("[data-wave]")) {
      if (path) wave.setAttribute("d", path);
    }
  }
}
