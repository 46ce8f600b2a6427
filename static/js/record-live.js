// Counting down, recording, pausing: what is done with the devices while it counts.
import { announce } from "./dom.js";
import { Recorder, typeFor } from "./record-recorder.js";
import { workOn } from "./record-sender.js";
import { PEAK_MS, Take } from "./record-take.js";
import { hold } from "./record-unfinished.js";
import { wavePath } from "./record-wave.js";
import { clock } from "./time.js";
import { _, written } from "./words.js";

const COUNTED = 3;
const TICK_MS = 50;
// An episode has at most 50 chapters, and the first one begins with it.
const MOST_MARKS = 49;
// What is shown of the voice while it is heard: this many bars, full at this loudness.
const TRACE = { most: 120, width: 1000, height: 120, loudest: 0.6 };
const LITTLE_ROOM = 200_000_000;
const FULL = _("There is no room left on this device. What was recorded until then is kept.");
const STOPPED = _("The browser has stopped recording. What was recorded until then is kept.");

export class Live {
  loudness = 0;
  #level = null;
  #peaks = [];
  #trace = Array(TRACE.most).fill(0);
  #ready = Promise.resolve();

  constructor(studio) {
    this.studio = studio;
    this.root = studio.root;
    this.machine = studio.machine;
    document.addEventListener("visibilitychange", () => this.#stayAwake());
    this.machine.addEventListener("moved", () => this.#show());
  }

  /** Measure this from now on. */
  listenTo(level) {
    this.leaveLevel();
    this.#level = level;
    this.ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  leaveLevel() {
    clearInterval(this.ticking);
    this.#level?.close();
    this.#level = null;
  }

  /** Three, two, one: then it counts. */
  count(event) {
    if (!this.machine.go(event)) return;
    this.isWanted = true;
    let left = COUNTED;
    const next = () => {
      this.root.querySelector("[data-count]").textContent = left;
      if (left === 0) this.begin();
      left -= 1;
    };
    next();
    this.counting = setInterval(next, 1000);
  }

  async begin() {
    clearInterval(this.counting);
    // Whoever presses twice, or cancels meanwhile, waits for it as well.
    const made = this.#ready.then(() => this.#makeTake());
    this.#ready = made.catch(() => {});
    await made;
    if (this.isWanted && this.machine.go("begin")) await this.#run();
  }

  /** No, not now: back to where it was. */
  async cancel() {
    clearInterval(this.counting);
    this.isWanted = false;
    await this.#ready;
    const { take } = this.studio;
    if (take && take.ms > 0) return this.machine.go("halt");
    if (take) await this.#forget();
    this.machine.go("cancel");
  }

  pause() {
    if (this.machine.go("pause")) this.#ready = this.recorder.pause();
  }

  async resume() {
    await this.#ready;
    if (this.machine.go("resume")) await this.#run();
  }

  /** What was recorded since the last pause goes, and is recorded once more. */
  retake() {
    if (!this.machine.may("retake")) return;
    this.#ready = this.#ready.then(() => this.#drop());
    this.count("retake");
  }

  /** A chapter begins here. */
  mark() {
    const { take } = this.studio;
    const ms = Math.round(this.recorder.ms);
    const { length } = take.row.marks;
    if (length === MOST_MARKS || take.row.marks.at(-1)?.ms === ms) return;
    take.row.marks.push({ ms, title: "" });
    take.keep();
    this.#say(_("Chapter at %(time)s.", { time: clock(ms / 1000) }));
  }

  stop() {
    if (this.machine.may("stop")) this.#end("stop");
  }

  /** A device has gone, or the screen is not shared any more. */
  lost() {
    const { state } = this.machine;
    if (state === "counting" && !this.studio.take) {
      this.cancel().then(() => this.machine.go("lost"));
    } else if (state === "checking") this.machine.go("lost");
    else if (this.machine.may("lost")) this.#end("lost");
  }

  /** The first time that it counts. */
  async #makeTake() {
    if (this.studio.take || this.machine.state !== "counting") return;
    const { store, owner, sources } = this.studio;
    const mime = typeFor(sources.isPicture);
    const kind = sources.kind;
    const take = await Take.begin(store, { owner, kind, mime, name: nameOf(kind, mime) });
    hold(take.row.id);
    workOn(this.studio, take);
    this.#makeRecorder();
    this.#lookForRoom();
  }

  #makeRecorder() {
    const { sources, take } = this.studio;
    this.#peaks = [];
    this.recorder = new Recorder(sources.stream, take.row.mime, {
      keep: (bytes, ms) => take.add(bytes, ms, this.#peaks.splice(0)),
      fail: (error) => this.#failed(error),
    });
  }

  async #run() {
    const { take } = this.studio;
    const isFirst = take.row.runs.length === 0;
    if (isFirst || this.recorder.canDrop) await take.beginRun();
    this.#showRetake();
    this.recorder.begin(this.recorder.canDrop ? take.ms : this.recorder.ms);
    this.#stayAwake();
  }

  async #drop() {
    const { take, sender } = this.studio;
    await this.recorder.pause();
    await sender.stop();
    await take.dropRun();
    if (take.row.runs.length === 0) {
      await this.recorder.stop();
      this.#makeRecorder();
    }
    this.#peaks = [];
    sender.restart();
  }

  async #forget() {
    const { take, sender } = this.studio;
    this.studio.take = this.studio.sender = null;
    await sender.stop();
    await take.remove();
  }

  #end(event) {
    clearInterval(this.counting);
    this.studio.finished = this.#finish();
    this.machine.go(event);
  }

  async #finish() {
    await this.#ready;
    await this.recorder.stop();
    this.studio.take.finish();
    this.leaveLevel();
    this.studio.sources.stop();
    this.lock?.release().catch(() => {});
  }

  #failed(error) {
    announce(error?.name === "QuotaExceededError" ? FULL : STOPPED, "bad");
    if (this.machine.may("lost")) this.#end("lost");
  }

  #tick() {
    this.loudness = this.#level.read();
    this.root.querySelector("[data-level]").value = this.loudness;
    this.#trace = [...this.#trace.slice(1), this.loudness];
    const trace = this.root.querySelector("[data-trace]");
    if (trace.checkVisibility()) trace.setAttribute("d", wavePath(this.#trace, TRACE));
    if (!["recording", "paused"].includes(this.machine.state)) return;
    const { take, sender } = this.studio;
    const known = take.peaks.length + this.#peaks.length;
    const missing = Math.floor(this.recorder.ms / PEAK_MS) - known;
    for (let count = 0; count < missing; count += 1) this.#peaks.push(this.loudness);
    this.root.querySelector("[data-timer]").textContent = clock(this.recorder.ms / 1000);
    this.root.querySelector("[data-saved]").textContent = saved(take, sender, this.room);
  }

  #show() {
    const { state } = this.machine;
    const lamp = this.root.querySelector("[data-lamp]");
    lamp.classList.toggle("on", state === "recording");
    const words = { recording: _("Recording"), paused: _("Paused"), counting: _("Get ready") };
    this.#say(words[state] ?? "");
    this.#showRetake();
  }

  #showRetake() {
    const runMs = this.studio.take?.runMs ?? 0;
    const again =
      runMs > 0 ? _("Again from %(time)s", { time: clock(runMs / 1000) }) : _("Start again");
    this.root.querySelectorAll("[data-retake]").forEach((label) => {
      label.textContent = again;
    });
  }

  #say(sentence) {
    this.root.querySelector("[data-said]").textContent = sentence;
  }

  async #lookForRoom() {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    this.room = quota - usage < LITTLE_ROOM ? quota - usage : null;
  }

  /** Screens that go dark end recordings. */
  async #stayAwake() {
    if (this.machine.state !== "recording" || document.hidden) return;
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
  }
}

function saved(take, sender, room) {
  const [here, there] = [take.ms, sender.sentMs].map((ms) => clock(ms / 1000));
  const left = () => ({ megabytes: written(Math.floor(room / 1e6)) });
  return [
    _("On this device to %(here)s, on the server to %(there)s.", { here, there }),
    room && _("Only %(megabytes)s MB are left on this device.", left()),
    sender.problem,
  ]
    .filter(Boolean)
    .join(" ");
}

function nameOf(kind, mime) {
  const day = new Date().toISOString().slice(0, 10);
  return `${kind} ${day}.${mime.includes("webm") ? "webm" : "mp4"}`;
}
