// Joins what MediaRecorder makes between pauses into one WebM file. Of every run but the first the
// head is left out, times are moved behind what is there, and tracks get the numbers of the first.
// A part may end anywhere: what is left of it waits for the next one.

const [SEGMENT, CLUSTER, GROUP, TRACKS] = [0x18538067, 0x1f43b675, 0xa0, 0x1654ae6b];
const [INDEX, TAGS] = [0x1c53bb6b, 0x1254c367];
const [TIMECODE, SIMPLE_BLOCK, BLOCK] = [0xe7, 0xa3, 0xa1];
const [ENTRY, NUMBER, TYPE] = [0xae, 0xd7, 0x83];
const MASTERS = new Set([SEGMENT, CLUSTER, GROUP]);
const ONCE = new Set([INDEX, TAGS]);
// Its id, and a size of eight bytes that says: until something else begins.
const OPEN_CLUSTER = [0x1f, 0x43, 0xb6, 0x75, 0x01, 255, 255, 255, 255, 255, 255, 255];
const HIGHEST_NUMBER = 0x7f;

export class WebmJoiner {
  endMs = 0;
  #runs = 0;
  #numbers = new Map();
  #rest = new Uint8Array(0);

  /** What comes now was recorded after a pause, or is the very first. */
  beginRun(fromMs) {
    this.#runs += 1;
    this.#rest = new Uint8Array(0);
    this.endMs = this.shift = fromMs;
    this.cluster = null;
    this.tracks = new Map();
    this.last = new Map();
  }

  /** The bytes to keep of this part of the run. */
  push(bytes) {
    const all = joined([this.#rest, bytes]);
    const kept = [];
    let at = 0;
    for (let found = element(all, at); found; found = element(all, at)) {
      kept.push(this.#take(all, found));
      at = found.end;
    }
    this.#rest = all.slice(at);
    // The first run is kept as it came, whatever is in it.
    return this.#runs === 1 ? bytes : joined(kept);
  }

  #take(all, { id, start, body, end }) {
    const content = all.subarray(body, end);
    const whole = all.slice(start, end);
    if (id === TRACKS) this.#readTracks(content);
    if (id === CLUSTER) {
      this.cluster = 0;
      return OPEN_CLUSTER;
    }
    // Before the first cluster comes the head.
    if (this.cluster === null || ONCE.has(id)) return [];
    if (id === TIMECODE) {
      this.cluster = number(content);
      return [TIMECODE, 0x88, ...eight(this.cluster + this.shift)];
    }
    if (id === SIMPLE_BLOCK || id === BLOCK) {
      this.#note(content);
      const own = content[0] & HIGHEST_NUMBER;
      whole[body - start] = 0x80 | (this.tracks.get(own) ?? own);
    }
    return whole;
  }

  #readTracks(content) {
    for (const entry of elements(content)) {
      if (entry.id !== ENTRY) continue;
      const parts = new Map(
        [...elements(content.subarray(entry.body, entry.end))].map(({ id, body, end }) => [
          id,
          number(content.subarray(entry.body + body, entry.body + end)),
        ]),
      );
      const [own, type] = [parts.get(NUMBER), parts.get(TYPE)];
      if (this.#runs === 1) this.#numbers.set(type, own);
      this.tracks.set(own, this.#numbers.get(type) ?? own);
    }
  }

  /** A picture or sound lasts as long as the one before it did. */
  #note(content) {
    const time = this.cluster + new DataView(content.buffer, content.byteOffset + 1).getInt16(0);
    const before = this.last.get(content[0]) ?? time;
    this.last.set(content[0], time);
    this.endMs = Math.max(this.endMs, this.shift + time + Math.max(0, time - before));
  }
}

/** The element at a place, or null while not all of it is there. Of one that holds others, only
 * the head. */
function element(bytes, start) {
  const idLength = lengthAt(bytes, start);
  const sizeLength = lengthAt(bytes, start + idLength);
  const body = start + idLength + sizeLength;
  if (!idLength || !sizeLength || body > bytes.length) return null;
  const id = number(bytes.subarray(start, start + idLength));
  if (MASTERS.has(id)) return { id, start, body, end: body };
  const written = bytes.slice(start + idLength, body);
  written[0] &= 0xff >> sizeLength;
  const size = number(written);
  return body + size > bytes.length ? null : { id, start, body, end: body + size };
}

function* elements(bytes) {
  let at = 0;
  for (let found = element(bytes, at); found; found = element(bytes, at)) {
    yield found;
    at = found.end;
  }
}

/** How many bytes the id or the size at a place takes; 0 where nothing is there. */
function lengthAt(bytes, place) {
  return place < bytes.length ? Math.clz32(bytes[place]) - 23 : 0;
}

function number(bytes) {
  return bytes.reduce((total, byte) => total * 256 + byte, 0);
}

function eight(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.round(value)));
  return bytes;
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
