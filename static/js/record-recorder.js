// Records a stream in slices of half a second. Every pause ends a file, so that what was recorded
// since then can be thrown away; the files are joined into one. Where the browser makes no WebM,
// its own pause must do, and nothing can be thrown away but all of it.
import { WebmJoiner } from "./record-webm.js";

const SLICE_MS = 500;
const WEBM = "video/webm";
const TYPES = {
  sound: ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"],
  picture: ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", WEBM, "video/mp4"],
};
const RATES = { audioBitsPerSecond: 64_000, videoBitsPerSecond: 2_500_000 };

/** The first kind of file that this browser can make; undefined where it makes none. */
export function typeFor(isPicture) {
  const types = isPicture ? TYPES.picture : TYPES.sound;
  return types.find((type) => MediaRecorder.isTypeSupported(type));
}

export class Recorder {
  #queue = Promise.resolve();
  #joiner = null;

  /** `keep` is given the bytes of each slice and when it ends, and resolves once they are safe;
   * `fail` hears of what goes wrong. */
  constructor(stream, mime, { keep, fail }) {
    this.stream = stream;
    this.mime = mime;
    this.keep = keep;
    this.fail = fail;
    this.before = 0;
    if (mime.includes("webm")) this.#joiner = new WebmJoiner();
  }

  /** Whether what was recorded since the last pause can be thrown away. */
  get canDrop() {
    return this.#joiner !== null;
  }

  /** How much is recorded by now. */
  get ms() {
    return this.before + (this.isRunning ? performance.now() - this.since : 0);
  }

  /** Record from now on; what comes stands in the whole from this time on. */
  begin(fromMs) {
    this.before = fromMs;
    this.#joiner?.beginRun(fromMs);
    if (this.media?.state === "paused") this.media.resume();
    else this.#start();
    this.#run();
  }

  /** Record nothing for a while; resolves once all that was recorded is safe. */
  async pause() {
    this.#halt();
    if (this.#joiner) await this.#end();
    else this.media.pause();
  }

  /** Record nothing more; resolves once all that was recorded is safe. */
  async stop() {
    this.#halt();
    if (this.media) await this.#end();
  }

  #start() {
    this.media = new MediaRecorder(this.stream, { mimeType: this.mime, ...RATES });
    this.media.addEventListener("dataavailable", ({ data }) => {
      // Some browsers hand over slices with nothing in them.
      if (data.size > 0) this.#queue = this.#queue.then(() => this.#take(data));
    });
    this.media.addEventListener("error", () => this.fail());
    this.media.start(SLICE_MS);
  }

  async #take(data) {
    if (this.isBroken) return;
    try {
      const bytes = new Uint8Array(await data.arrayBuffer());
      const kept = this.#joiner ? this.#joiner.push(bytes) : bytes;
      await this.keep(kept, this.#joiner ? this.#joiner.endMs : this.ms);
    } catch (error) {
      // What follows would not follow on what is kept.
      this.isBroken = true;
      this.fail(error);
    }
  }

  async #end() {
    if (this.media.state !== "inactive") {
      const ended = new Promise((resolve) => this.media.addEventListener("stop", resolve));
      this.media.stop();
      await ended;
    }
    await this.#queue;
    if (this.#joiner) this.before = this.#joiner.endMs;
  }

  #run() {
    this.since = performance.now();
    this.isRunning = true;
  }

  #halt() {
    this.before = this.ms;
    this.isRunning = false;
  }
}
