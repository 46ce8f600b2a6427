// Sends a take while it is being recorded: each piece as soon as it is on the disk of this device.
import { Upload } from "tus-js-client";
import { csrfToken } from "./dom.js";
import { checkHead, mayPass, sentenceOf, statusOf } from "./refusals.js";
import { renewToken } from "./requests.js";

const ADDRESS = "/api/v1/uploads";
// What arrives is worth a request of its own, and no request is larger than those of files.
const [LEAST_BYTES, MOST_BYTES] = [32 * 1024, 8 * 1024 * 1024];
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000];
const AGAIN_MS = 15_000;
const STOPPED = "Nobody waits for this any more.";

export class Sender extends EventTarget {
  /** The sentence that says why nothing is sent at the moment; null while something is. */
  problem = null;
  sentMs = 0;
  isDone = false;

  constructor(take) {
    super();
    this.take = take;
    this.arrival = Promise.withResolvers();
    this.comeBack = () => this.#again();
    addEventListener("online", this.comeBack);
  }

  /** Begin, or go on where the server has it. */
  start() {
    this.#leave();
    this.isTokenOld = true;
    this.wasForbidden = false;
    this.source = new Source(this.take);
    this.upload = this.#makeUpload();
    this.upload.start();
  }

  /** The id of the upload once all of it is there; fails when the server wants none of it. */
  async arrived() {
    this.#again();
    const refusal = new Promise((_resolve, reject) => {
      const refuse = () => reject(new Error(this.problem));
      this.addEventListener("refused", refuse, { once: true });
    });
    return Promise.race([this.arrival.promise, refusal]);
  }

  /** Begin anew with what there is now. */
  restart() {
    addEventListener("online", this.comeBack);
    this.sentMs = 0;
    this.start();
  }

  /** Send nothing more, and take back what has arrived. */
  async stop() {
    this.rest();
    await takeBack(this.take.row.upload);
  }

  /** Stop sending; what has arrived stays on the server. */
  rest() {
    removeEventListener("online", this.comeBack);
    this.#leave();
  }

  #leave() {
    clearTimeout(this.timer);
    this.source?.close();
    this.upload?.abort().catch(() => {});
    this.upload = null;
  }

  #makeUpload() {
    const { mime, name, upload: uploadUrl } = this.take.row;
    const upload = new Upload(new Blob(), {
      endpoint: ADDRESS,
      uploadUrl,
      uploadLengthDeferred: true,
      chunkSize: MOST_BYTES,
      retryDelays: RETRY_DELAYS,
      storeFingerprintForResuming: false,
      fileReader: { openFile: async () => this.source },
      metadata: { filename: name, filetype: mime.split(";")[0] },
      onBeforeRequest: (request) => this.#authorize(request, upload),
      onAfterResponse: checkHead,
      onShouldRetry: (error) => this.#mayRetry(error),
      onUploadUrlAvailable: () => this.take.keep({ upload: upload.url }),
      onChunkComplete: (_length, bytes) => this.#arrived(bytes),
      onSuccess: () => this.#done(upload),
      onError: (error) => this.#failed(error),
    });
    return upload;
  }

  async #authorize(request, upload) {
    if (this.isTokenOld) await renewToken();
    this.isTokenOld = false;
    // The client sends what it had prepared even after it was stopped.
    if (upload !== this.upload) throw new Error(STOPPED);
    request.setHeader("X-CSRFToken", csrfToken());
  }

  #arrived(bytes) {
    this.problem = null;
    this.sentMs = this.take.msOf(bytes);
    this.#tell();
  }

  #mayRetry(error) {
    this.isTokenOld = true;
    const status = statusOf(error);
    this.#say(sentenceOf(error));
    // With a token of now it may be allowed; if not even then, it is not.
    if (status !== 403 || this.wasForbidden) return mayPass(status);
    this.wasForbidden = true;
    return true;
  }

  /** Nothing is lost by that: it is on this device, and is tried again by itself. */
  #failed(error) {
    this.#say(sentenceOf(error));
    if (!mayPass(statusOf(error))) this.dispatchEvent(new Event("refused"));
    this.timer = setTimeout(this.comeBack, AGAIN_MS);
  }

  #again() {
    if (this.problem && this.upload) this.start();
  }

  #done(upload) {
    removeEventListener("online", this.comeBack);
    this.problem = null;
    this.isDone = true;
    this.sentMs = this.take.ms;
    this.#tell();
    this.arrival.resolve(upload.url.split("/").pop());
  }

  #say(sentence) {
    this.problem = sentence;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("changed"));
  }
}

/** The studio works on this take from now on, and sends it. */
export function workOn(studio, take) {
  studio.take = take;
  studio.sender = new Sender(take);
  studio.sender.start();
}

/** What the tus client reads from: what there is so far, or else it waits. */
class Source {
  size = null;
  isClosed = false;

  constructor(take) {
    this.take = take;
  }

  async slice(start, end) {
    await this.take.reaches(start + LEAST_BYTES);
    const isLast = this.take.isOver && this.take.bytes <= end;
    const value = await this.take.read(start, Math.min(end, this.take.bytes));
    if (this.isClosed) throw new Error(STOPPED);
    return { value, done: isLast };
  }

  close() {
    this.isClosed = true;
  }
}

/** Remove an upload with which nobody goes on, and hear how that was answered, if it was; where that
 * fails, the server forgets it in time. */
export async function takeBack(address) {
  if (!address) return null;
  const headers = { "X-CSRFToken": csrfToken(), "Tus-Resumable": "1.0.0" };
  return fetch(address, { method: "DELETE", headers }).catch(() => null);
}
