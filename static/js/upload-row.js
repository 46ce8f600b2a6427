// One file on its way up: what is shown of it, and what people can do with it.
import { announce, mention, setIcon } from "./dom.js";
import { GONE, sentenceOf, waitOf } from "./refusals.js";
import { clock } from "./time.js";
import { examine } from "./upload-checks.js";
import { Pace, Queue } from "./upload-queue.js";
import { Sending } from "./upload-sending.js";
import { roughly, sizeOf, titleOf } from "./upload-words.js";
import { _, n_ } from "./words.js";

const QUARTER = 25;
const [CANCEL, AGAIN] = [["cancel"], ["retry", "cancel"]];
const STATES = {
  checking: { icon: "loader", acts: CANCEL },
  waiting: { icon: "clock", acts: CANCEL },
  sending: { icon: "upload", acts: ["pause", "cancel"] },
  paused: { icon: "pause", acts: ["resume", "cancel"] },
  failed: { icon: "triangle-alert", acts: AGAIN },
  refused: { icon: "circle-x", acts: ["remove"] },
  arrived: { icon: "circle-check", acts: CANCEL },
  saving: { icon: "loader", acts: [] },
  saved: { icon: "circle-check", acts: [] },
};
const UNDER_WAY = ["checking", "waiting", "sending"];

export class UploadRow {
  /** `page` knows which uploads other rows are at, and hears when this row is removed; it may have
   * a queue, room that is left, and an ear for every change. */
  constructor(file, form, page) {
    this.file = file;
    this.form = form;
    this.page = page;
    this.queue = page.queue ?? new Queue();
    this.element = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
    this.announced = 0;
    this.percent = 0;
    this.taken = 0;
    this.suggestedTitle = titleOf(file.name);
    this.sending = new Sending(file, form.dataset.uploads, this);
    this.#wait();
    this.#fill();
  }

  get sentence() {
    return this.element.querySelector(".state").textContent;
  }

  get address() {
    return this.sending.address;
  }

  /** What trays show of it. */
  get news() {
    const { percent, sentence, address } = this;
    return { name: this.file.name, percent, sentence, id: address?.split("/").pop() };
  }

  /** Whether leaving the page would interrupt it. */
  get isUnderWay() {
    return UNDER_WAY.includes(this.state);
  }

  get isRefused() {
    return this.state === "refused";
  }

  /** The upload's id once all of it is there; null as soon as it stops for whatever reason. */
  get arrival() {
    return this.waiting.promise;
  }

  /** Look at the file, then begin, or go on where an earlier visit or `address` stopped. */
  async start(address = null) {
    this.#become("checking", _("Looking at the file."));
    const { longest, seconds } = this.form.dataset;
    const found = await examine(this.file, { longest: Number(longest), seconds: Number(seconds) });
    if (this.state !== "checking") return;
    if (found.length) this.#showSize(found.length);
    if (found.refusal) return this.#refuse(found.refusal);
    await this.sending.find(address, this.page.isTaken);
    if (this.state !== "checking") return;
    const full = this.address ? null : this.page.room?.take(this.file.size);
    if (full) return this.failed(full);
    this.taken = this.file.size;
    this.resume();
  }

  /** All of it arrived in an earlier visit. */
  adopt(address) {
    this.sending.adopt(address);
    this.taken = this.file.size;
    this.arrived();
  }

  resume() {
    if (this.isSettled) this.#wait();
    this.wait();
    this.queue.join(this);
  }

  focus() {
    this.element.querySelector("[data-act]:not([hidden])")?.focus();
  }

  /** Whatever was wrong may be over. */
  retry() {
    this.resume();
  }

  /** The connection is there again. */
  hurry() {
    if (this.state === "sending") this.sending.hurry();
    else if (this.state === "failed" && this.sending.isLost) this.retry();
  }

  /** It is not this one's turn. */
  wait() {
    this.#become("waiting", _("Waits until one of the others has arrived."));
  }

  /** It is. */
  send() {
    this.pace = new Pace();
    this.#become("sending", _("Beginning."));
    this.sending.start();
  }

  pause() {
    this.sending.pause();
    this.#stop("paused", _("Paused."));
  }

  remove() {
    this.cancel();
  }

  /** Stop and forget it, here and on the server. */
  async cancel() {
    this.state = "cancelled";
    this.queue.leave(this);
    this.#settle(null);
    this.page.removed(this);
    this.page.room?.give(this.taken);
    if (await this.sending.takeBack()) return;
    const days = Number(this.form.dataset.days);
    announce([kept(this.file.name), days && forgotten(days)].filter(Boolean).join(" "), "bad");
  }

  /** From now on it is too late to cancel, unless making an episode of it fails. */
  startSaving() {
    this.#become("saving", _("Saving."));
  }

  /** It is an episode: the same file, chosen again, is another one. */
  async saved(episode) {
    this.episode = episode;
    this.#become("saved", _("Saved. Processing has begun."));
    await this.sending.forget();
  }

  /** No episode was made of it; where its bytes are gone, it can be sent anew. */
  async notSaved(error) {
    this.#become("arrived", error.message, true);
    if (!GONE.includes(error.status)) return;
    await this.sending.forget();
    this.sending = new Sending(this.file, this.form.dataset.uploads, this);
    this.#wait();
    this.#stop("failed", error.message, true);
  }

  progress(sent, total) {
    if (this.state !== "sending") return;
    this.percent = Math.floor((sent / total) * 100);
    this.element.querySelector("progress").value = this.percent;
    const left = this.pace.left(sent, total);
    this.say(shareOf(this.percent, left));
    if (this.percent >= this.announced + QUARTER) {
      this.announced = this.percent - (this.percent % QUARTER);
      const reached = { name: this.file.name, percent: this.announced };
      mention(_("%(name)s: %(percent)s %% uploaded.", reached));
    }
  }

  arrived() {
    if (this.state === "cancelled") return;
    this.percent = 100;
    this.element.querySelector("progress").value = 100;
    this.#become("arrived", this.form.dataset.next ?? _("Uploaded. Describe it, then save."));
    this.queue.leave(this);
    this.#settle(this.address.split("/").pop());
  }

  /** The client could not go on; `error` is its error, or the sentence itself. */
  failed(error) {
    if (this.state === "cancelled") return;
    const seconds = waitOf(error);
    if (seconds) return this.#sendLater(seconds);
    const said = typeof error === "string" ? error : sentenceOf(error);
    this.#stop("failed", said, true);
    announce(saidOf(this.file.name, said), "bad");
  }

  say(sentence, isBad = false) {
    const line = this.element.querySelector(".state");
    line.textContent = sentence;
    line.classList.toggle("error", isBad);
    this.page.changed?.(this);
  }

  #fill() {
    this.id = `file-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    const name = this.element.querySelector(".name");
    name.textContent = this.file.name;
    name.id = this.id;
    this.#showSize();
    const bar = this.element.querySelector("progress");
    bar.setAttribute("aria-label", _("Upload of %(name)s", { name: this.file.name }));
    for (const button of this.element.querySelectorAll("[data-act]")) {
      button.setAttribute("aria-describedby", this.id);
      button.addEventListener("click", () => this[button.dataset.act]());
    }
  }

  #showSize(length = null) {
    const long = length === null ? "" : `, ${clock(length)}`;
    this.element.querySelector(".size").textContent = sizeOf(this.file.size) + long;
  }

  /** Show a state and its buttons; the keyboard stays in the row when the one it was at goes. */
  #become(state, sentence, isBad = false) {
    this.state = state;
    this.element.dataset.state = state;
    const { icon, acts } = STATES[state];
    setIcon(this.element.querySelector(".sign"), icon);
    const buttons = [...this.element.querySelectorAll("[data-act]")];
    const focused = buttons.find((button) => button === document.activeElement);
    for (const button of buttons) button.hidden = !acts.includes(button.dataset.act);
    if (focused?.hidden) buttons.find((button) => !button.hidden)?.focus();
    this.say(sentence, isBad);
  }

  /** The server wants no more uploads for a while; its turn stays this one's. */
  #sendLater(seconds) {
    const time = roughly(seconds);
    this.#become("waiting", _("The server takes this file in %(time)s.", { time }));
    setTimeout(() => {
      if (this.state === "waiting") this.send();
    }, seconds * 1000);
  }

  /** It can never become an episode. */
  #refuse(sentence) {
    this.#stop("refused", sentence, true);
    announce(saidOf(this.file.name, sentence), "bad");
  }

  #stop(state, sentence, isBad = false) {
    this.#become(state, sentence, isBad);
    this.queue.leave(this);
    this.#settle(null);
  }

  #wait() {
    this.waiting = Promise.withResolvers();
    this.isSettled = false;
  }

  #settle(uploadId) {
    this.isSettled = true;
    this.waiting.resolve(uploadId);
  }
}

/** A sentence about a file, where it does not stand beside it. */
export function saidOf(name, sentence) {
  return _("%(name)s: %(sentence)s", { name, sentence });
}

function shareOf(percent, left) {
  if (left === null) return _("%(percent)s %%", { percent });
  return _("%(percent)s %%, %(time)s left", { percent, time: roughly(left / 1000) });
}

function kept(name) {
  return _("%(name)s could not be removed from the server.", { name });
}

function forgotten(days) {
  return n_(
    "The server forgets it after %(num)s day.",
    "The server forgets it after %(num)s days.",
    days,
  );
}
