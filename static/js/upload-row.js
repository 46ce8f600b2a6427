// One file on its way up: tus in pieces of 8 MB, so that it resumes after anything.
import { Upload } from "tus-js-client";
import { announce, csrfToken } from "./dom.js";

const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000, 30000];
const QUARTER = 25;

const SENTENCES = {
  401: "You have been signed out. Sign in in another tab, then go on.",
  413: "This file is larger than an upload may be here, or than the room you have left.",
  415: "This kind of file can't be uploaded here.",
  429: "Too many uploads at once. Wait a moment, then go on.",
  507: "There is no room left on the server. Tell an admin, then go on.",
};

export class UploadRow {
  constructor(file, form, removed) {
    this.file = file;
    this.longest = Number(form.dataset.longest);
    this.element = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
    this.removed = removed;
    this.isSending = false;
    this.announced = 0;
    this.finished = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.#fill();
    this.upload = new Upload(file, {
      endpoint: form.dataset.uploads,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type },
      headers: { "X-CSRFToken": csrfToken() },
      onProgress: (sent, total) => this.#progress(sent, total),
      onSuccess: () => this.#done(),
      onError: (error) => this.#failed(error),
    });
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

  showTitle(shown) {
    this.element.querySelector("[data-title]").hidden = !shown;
  }

  /** Begin, or go on where an earlier visit of this browser stopped. */
  async start() {
    if (this.file.size > this.longest) {
      this.say(SENTENCES[413], true);
      return;
    }
    if (this.file.size === 0) {
      this.say("This file is empty.", true);
      return;
    }
    const [earlier] = await this.upload.findPreviousUploads();
    if (earlier) this.upload.resumeFromPreviousUpload(earlier);
    this.resume();
  }

  resume() {
    this.began = { at: performance.now(), sent: null };
    this.isSending = true;
    this.#buttons({ pause: true, resume: false });
    this.upload.start();
  }

  pause() {
    this.upload.abort();
    this.isSending = false;
    this.#buttons({ pause: false, resume: true });
    this.say("Paused.");
  }

  /** Stop and forget it, here and on the server. */
  cancel() {
    this.isSending = false;
    this.upload.abort(true).catch(() => {});
    this.removed();
  }

  say(sentence, isBad = false) {
    const line = this.element.querySelector(".state");
    line.textContent = sentence;
    line.classList.toggle("error", isBad);
  }

  #fill() {
    const name = this.element.querySelector("[data-title]");
    const id = `title-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    name.querySelector("label").htmlFor = id;
    name.querySelector("input").id = id;
    name.querySelector("input").value = this.suggestedTitle;
    this.element.querySelector(".name").textContent = this.file.name;
    this.element.querySelector(".size").textContent = megabytes(this.file.size);
    this.element
      .querySelector("progress")
      .setAttribute("aria-label", `Upload of ${this.file.name}`);
    for (const button of this.element.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => this[button.dataset.act]());
    }
  }

  #buttons(shown) {
    for (const button of this.element.querySelectorAll("[data-act]")) {
      if (button.dataset.act in shown) button.hidden = !shown[button.dataset.act];
    }
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
    this.isSending = false;
    this.element.querySelector("progress").value = 100;
    this.#buttons({ pause: false, resume: false });
    this.say("Uploaded. Describe it, then save.");
    this.resolve(this.upload.url.split("/").pop());
  }

  #failed(error) {
    this.isSending = false;
    this.#buttons({ pause: false, resume: true });
    const status = error.originalResponse?.getStatus();
    this.say(SENTENCES[status] ?? "The connection is lost. What has arrived is kept.", true);
  }
}

function megabytes(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function remaining(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
