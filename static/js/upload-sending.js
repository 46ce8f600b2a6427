// The bytes of one file: tus in pieces of 8 MB, so that it resumes after anything.
import { Upload } from "tus-js-client";
import { csrfToken, viewerOf } from "./dom.js";
import { GONE, checkHead, mayPass, statusOf } from "./refusals.js";
import { renewToken } from "./requests.js";
import { _ } from "./words.js";

const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000, 30000];
const CHANGED = _(
  "This file was changed or moved after it was chosen. Remove it here and choose it again.",
);
const BUSY = _("The server is busy. Trying again.");
const LOST = _("The connection is lost. Trying again.");

// Where the client keeps the uploads that were begun in this browser.
const KEPT = "tus::";

/** What others have sent from this browser, names of files included, is nothing to whoever has
 *  signed in since. */
export function forgetOthers() {
  const own = `${KEPT}${viewerOf()}-`;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(KEPT) && !key.startsWith(own)) localStorage.removeItem(key);
  }
}

/** By which the client knows a file again. */
function fingerprintOf({ name, type, size, lastModified }, endpoint) {
  return [viewerOf(), name, type, size, lastModified, endpoint].join("-");
}

export class Sending {
  /** `row` hears of progress, arrival, failure, and says what people are told meanwhile. */
  constructor(file, endpoint, row) {
    this.file = file;
    this.row = row;
    this.isUnwanted = false;
    // Whether it waits for the connection, and is tried again as soon as there is one.
    this.isLost = false;
    this.upload = new Upload(file, {
      endpoint,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS,
      fingerprint: async (chosen, options) => fingerprintOf(chosen, options.endpoint),
      metadata: { filename: file.name, filetype: file.type },
      onBeforeRequest: (request) => this.#authorize(request),
      onAfterResponse: checkHead,
      onShouldRetry: (error) => this.#mayRetry(error),
      onUploadUrlAvailable: () => this.#known(),
      onProgress: (sent, total) => {
        this.isLost = false;
        row.progress(sent, total);
      },
      onSuccess: () => row.arrived(),
      onError: (error) => this.#failed(error),
    });
  }

  /** Where the server has it; null before it was announced there. */
  get address() {
    return this.upload.url;
  }

  /** Look where it stopped: at an address that people have chosen, or that this browser knows. */
  async find(address, isTaken) {
    if (address) return this.adopt(address);
    const known = await this.upload.findPreviousUploads();
    const earlier = known.find((found) => !isTaken(found.uploadUrl));
    if (earlier) this.upload.resumeFromPreviousUpload(earlier);
  }

  adopt(address) {
    this.upload.url = address;
  }

  start() {
    this.isTokenOld = true;
    this.wasForbidden = false;
    this.isPaused = false;
    // It is being announced still, and goes on by itself then.
    if (this.isCreating) return;
    this.isCreating = this.address === null;
    this.upload.start();
  }

  /** The connection is there again: wait no longer. */
  hurry() {
    if (!this.isLost || this.isPaused || this.isCreating) return;
    this.upload.abort();
    this.start();
  }

  pause() {
    this.isPaused = true;
    if (!this.isCreating) this.upload.abort();
  }

  /** Send nothing more and leave nothing on the server; whether that was possible. */
  async takeBack() {
    this.isUnwanted = true;
    // What is being announced would stay there for days: it is taken back once its address is known.
    if (this.isCreating) return true;
    try {
      await this.upload.abort(true);
      return true;
    } catch (error) {
      return GONE.includes(statusOf(error));
    }
  }

  /** This browser finds it no more. */
  async forget() {
    for (const known of await this.upload.findPreviousUploads()) {
      if (known.uploadUrl !== this.address) continue;
      await this.upload.options.urlStorage.removeUpload(known.urlStorageKey);
    }
  }

  #known() {
    this.isCreating = false;
    if (this.isUnwanted) this.takeBack();
    else if (this.isPaused) this.upload.abort();
  }

  #failed(error) {
    this.isCreating = false;
    if (!this.isUnwanted) this.row.failed(error);
  }

  /** To a script, a file that can't be read any more looks like a connection that is lost. */
  async #checkFile() {
    const isReadable = await this.file
      .slice(0, 1)
      .arrayBuffer()
      .catch(() => null);
    if (isReadable || this.isUnwanted) return;
    this.upload.abort();
    this.#failed(CHANGED);
  }

  async #authorize(request) {
    // Also where an earlier one was gone on with, of which the server knows nothing any more.
    if (request.getMethod() === "POST") this.isCreating = true;
    if (this.isTokenOld) await renewToken();
    this.isTokenOld = false;
    request.setHeader("X-CSRFToken", csrfToken());
  }

  #mayRetry(error) {
    this.isTokenOld = true;
    const status = statusOf(error);
    this.isLost = status === 0;
    if (this.isLost) this.#checkFile();
    if (this.isUnwanted && this.isCreating) return false;
    // With a token of now it may be allowed; if not even then, it is not.
    if (status === 403 && !this.wasForbidden) {
      this.wasForbidden = true;
      return true;
    }
    if (!mayPass(status)) return false;
    if (!this.isUnwanted) this.row.say(status ? BUSY : LOST);
    return true;
  }
}
