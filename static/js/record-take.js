// One take: what is recorded from its first second to its last, in slices that follow each other
// byte by byte. A run is what lies between two pauses; the last one can be taken once more.
import { lastAtMost } from "./dom.js";

/** How often the loudness is measured. */
export const PEAK_MS = 100;

export class Take {
  /** `row` is what the store keeps of it besides the slices. */
  constructor(store, row) {
    this.store = store;
    this.row = row;
    this.ends = [];
    this.offsets = [0];
    this.peaks = [];
    this.isOver = false;
    this.waiting = [];
  }

  /** Begin a new one, and say so in the store. */
  static async begin(store, { owner, kind, mime, name }) {
    const row = { id: crypto.randomUUID(), owner, kind, mime, name };
    const rest = { begun: Date.now(), runs: [], marks: [], upload: null, isDiscarded: false };
    await store.put({ ...row, ...rest });
    return new Take(store, { ...row, ...rest });
  }

  /** One that the store still has, as far as it got. */
  static async reopen(store, row) {
    const take = new Take(store, row);
    for (const slice of await store.slices(row.id)) take.#note(slice);
    take.finish();
    return take;
  }

  get bytes() {
    return this.offsets.at(-1);
  }

  get ms() {
    return this.ends.at(-1) ?? 0;
  }

  /** When the last run began; 0 where there was no pause. */
  get runMs() {
    return this.row.runs.at(-1)?.ms ?? 0;
  }

  /** From now on everything belongs to a new run. */
  async beginRun() {
    this.row.runs.push({ slice: this.ends.length, ms: this.ms });
    await this.keep();
  }

  /** The next slice, which ends at a time of the whole; resolves once it is on the disk. */
  async add(bytes, ms, peaks) {
    const { id } = this.row;
    const slice = { id, number: this.ends.length, data: new Blob([bytes]), ms, peaks };
    await this.store.add(slice);
    this.#note(slice);
    this.#wake();
  }

  /** Forget the last run: it is taken once more. What was sent of it is of no use any more. */
  async dropRun() {
    const run = this.row.runs.pop();
    this.ends.length = run.slice;
    this.offsets.length = run.slice + 1;
    this.peaks.length = Math.min(this.peaks.length, Math.floor(run.ms / PEAK_MS));
    this.row.marks = this.row.marks.filter((mark) => mark.ms < run.ms);
    this.row.upload = null;
    await this.store.cut(this.row, run.slice);
  }

  /** Keep what has changed in its row. */
  async keep(changes = {}) {
    Object.assign(this.row, changes);
    await this.store.put(this.row);
  }

  /** Nothing follows. */
  finish() {
    this.isOver = true;
    this.#wake();
  }

  async remove() {
    await this.store.remove(this.row.id);
  }

  /** Resolves when there are so many bytes, or nothing follows. */
  async reaches(bytes) {
    while (!this.isOver && this.bytes < bytes) {
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  /** The bytes from one offset to another, as far as they are there. */
  async read(start, end) {
    if (end <= start) return new Blob();
    const [first, last] = [start, end - 1].map((offset) => lastAtMost(this.offsets, offset));
    const parts = await this.store.slices(this.row.id, first, last);
    const begin = start - this.offsets[first];
    return new Blob(parts.map((part) => part.data)).slice(begin, begin + end - start);
  }

  /** All of it, for playing. */
  async blob() {
    const parts = await this.store.slices(this.row.id);
    return new Blob(parts.map((part) => part.data), { type: this.row.mime });
  }

  /** Up to which time it has arrived somewhere, when so many bytes have. */
  msOf(bytes) {
    const whole = lastAtMost(this.offsets, bytes);
    return whole > 0 ? this.ends[whole - 1] : 0;
  }

  #note({ data, ms, peaks }) {
    this.offsets.push(this.bytes + data.size);
    this.ends.push(ms);
    this.peaks.push(...peaks);
  }

  #wake() {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
