// One file on its way up: tus in pieces of 8 MB, so that it resumes after anything.
import { Upload } from "tus-js-client";
import { announce, csrfToken } from "./dom.js";
import { GONE, checkHead, mayPass, sentenceOf, statusOf, TOO_LARGE } from "./refusals.js";
import { renewToken } from "./requests.js";

const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000, 30000];
const QUARTER = 25;

export class UploadRow {
  /** `page` knows which uploads other rows are at, and hears when this row is removed. */
  constructor(file, form, page) {
    this.file = file;
    this.form = form;
    this.page = page;
    this.element = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
    this.isSending = false;
    this.announced = 0;
    this.#wait();
    this.#fill();
    this.upload = this.#makeUpload();
  }

  /** A title to begin with: the file's name without its ending. */
  get suggestedTitle() {
    return this.file.name
      .replace(/\.[^.]+$/, "")
      .replace(/[_-]+/g, " ")
      .trim();
  }

  get title() {
    return this.element.querySelector("input").value;
  }

  set title(text) {
    this.element.querySelector("input").value = text;
  }

  get sentence() {
    return this.element.querySelector(".state").textContent;
  }

  showTitle(shown) {
    this.element.querySelector("[data-title]").hidden = !shown;
  }

  /** The upload's id once all of it is there; null as soon as it stops for whatever reason. */
  get arrival() {
    return this.waiting.promise;
  }

  /** Begin, or go on where an earlier visit of this browser stopped. */
  async start() {
    if (this.file.size === 0) return this.#refuse("This file is empty.");
    if (this.file.size > Number(this.form.dataset.longest)) return this.#refuse(TOO_LARGE);
    const known = await this.upload.findPreviousUploads();
    const earlier = known.find((found) => !this.page.isTaken(found.uploadUrl));
    if (earlier) this.upload.resumeFromPreviousUpload(earlier);
    this.resume();
  }

  resume() {
    if (this.isSettled) this.#wait();
    this.began = { at: performance.now(), sent: null };
    this.isSending = true;
    this.isTokenOld = true;
    this.wasForbidden = false;
    this.#buttons({ pause: true, resume: false });
    this.upload.start();
  }

  pause() {
    this.upload.abort();
    this.#stop("Paused.");
  }

  /** Stop and forget it, here and on the server. */
  cancel() {
    this.upload.abort(true).catch(() => {});
    this.#settle(null);
    this.page.removed(this);
  }

  say(sentence, isBad = false) {
    const line = this.element.querySelector(".state");
    line.textContent = sentence;
    line.classList.toggle("error", isBad);
  }

  /** From now on it is too late to cancel, unless making an episode of it fails. */
  startSaving() {
    this.#buttons({ cancel: false });
  }

  /** It is an episode: the same file, chosen again, is another one. */
  async saved(episode) {
    this.episode = episode;
    this.say("Saved. Processing has begun.");
    await this.#forget();
  }

  /** No episode was made of it; where its bytes are gone, it can be sent anew. */
  async notSaved(error) {
    this.#buttons({ cancel: true });
    this.say(error.message, true);
    if (!GONE.includes(error.status)) return;
    await this.#forget();
    this.upload = this.#makeUpload();
    this.#wait();
    this.#stop(error.message, true);
  }

  #makeUpload() {
    return new Upload(this.file, {
      endpoint: this.form.dataset.uploads,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS,
      metadata: { filename: this.file.name, filetype: this.file.type },
      onBeforeRequest: (request) => this.#authorize(request),
      onAfterResponse: checkHead,
      onShouldRetry: (error) => this.#mayRetry(error),
      onProgress: (sent, total) => this.#progress(sent, total),
      onSuccess: () => this.#done(),
      onError: (error) => this.#failed(error),
    });
  }

  async #authorize(request) {
    if (this.isTokenOld) await renewToken();
    this.isTokenOld = false;
    request.setHeader("X-CSRFToken", csrfToken());
  }

  #mayRetry(error) {
    this.isTokenOld = true;
    const status = statusOf(error);
    // With a token of now it may be allowed; if not even then, it is not.
    if (status === 403 && !this.wasForbidden) {
      this.wasForbidden = true;
      return true;
    }
    if (!mayPass(status)) return false;
    this.say(status ? "The server is busy. Trying again." : "The connection is lost. Trying again.");
    return true;
  }

  #fill() {
    const name = this.element.querySelector("[data-title]");
    const id = `title-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    name.querySelector("label").htmlFor = id;
    name.querySelector("input").id = id;
    this.title = this.suggestedTitle;
    this.element.querySelector(".name").textContent = this.file.name;
    this.element.querySelector(".name").id = `${id}-file`;
    this.element.querySelector(".size").textContent = megabytes(this.file.size);
    this.element
      .querySelector("progress")
      .setAttribute("aria-label", `Upload of ${this.file.name}`);
    for (const button of this.element.querySelectorAll("[data-act]")) {
      button.setAttribute("aria-describedby", `${id}-file`);
      button.addEventListener("click", () => this[button.dataset.act]());
    }
  }

  /** Show and hide buttons; the keyboard stays in the row when the one it was at goes. */
  #buttons(shown) {
    const buttons = [...this.element.querySelectorAll("[data-act]")];
    const focused = buttons.find((button) => button === document.activeElement);
    for (const button of buttons) {
      if (button.dataset.act in shown) button.hidden = !shown[button.dataset.act];
    }
    if (focused?.hidden) buttons.find((button) => !button.hidden)?.focus();
  }

  #progress(sent, total) {
    const percent = Math.floor((sent / total) * 100);
    this.element.querySelector("progress").value = percent;
    this.began.sent ??= sent;
    const speed = (sent - this.began.sent) / (performance.now() - this.began.at);
    const left = speed > 0 ? `, ${remaining((total - sent) / speed)} left` : "";
    this.say(`${percent} %${left}`);
    if (percent >= this.announced + QUARTER) {
      this.announced = percent - (percent % QUARTER);
      announce(`${this.file.name}: ${this.announced} % uploaded.`);
    }
  }

  #done() {
    this.element.querySelector("progress").value = 100;
    this.#buttons({ pause: false, resume: false });
    this.say(this.form.dataset.next ?? "Uploaded. Describe it, then save.");
    this.#settle(this.upload.url.split("/").pop());
  }

  #failed(error) {
    const said = sentenceOf(error);
    this.#stop(said, true);
    announce(`${this.file.name}: ${said}`, "bad");
  }

  /** It can never become an episode. */
  #refuse(sentence) {
    this.#stop(sentence, true);
    this.#buttons({ resume: false });
    announce(`${this.file.name}: ${sentence}`, "bad");
  }

  #stop(sentence, isBad = false) {
    this.#buttons({ pause: false, resume: true });
    this.say(sentence, isBad);
    this.#settle(null);
  }

  #wait() {
    this.waiting = Promise.withResolvers();
    this.isSettled = false;
  }

  #settle(uploadId) {
    this.isSending = false;
    this.isSettled = true;
    this.waiting.resolve(uploadId);
  }

  async #forget() {
    for (const known of await this.upload.findPreviousUploads()) {
      if (known.uploadUrl !== this.upload.url) continue;
      await this.upload.options.urlStorage.removeUpload(known.urlStorageKey);
    }
  }
}

function megabytes(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function remaining(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
