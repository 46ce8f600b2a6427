// Three files are sent at once: more would only make each of them slower. The others wait.

const AT_ONCE = 3;

export class Queue {
  #sending = new Set();
  #waiting = [];

  /** Send this one now, or as soon as it is its turn. */
  join(row) {
    if (this.#sending.has(row) || this.#waiting.includes(row)) return;
    this.#waiting.push(row);
    this.#turn();
  }

  /** It is over with this one, for whatever reason: the next has its place. */
  leave(row) {
    this.#sending.delete(row);
    this.#waiting = this.#waiting.filter((other) => other !== row);
    this.#turn();
  }

  #turn() {
    while (this.#waiting.length > 0 && this.#sending.size < AT_ONCE) {
      const row = this.#waiting.shift();
      this.#sending.add(row);
      row.send();
    }
    for (const row of this.#waiting) row.wait();
  }
}

/** How fast something goes lately, and so how long the rest of it takes. */
export class Pace {
  #seen = [];

  /** Milliseconds until `total` is reached from `sent`; null while nobody can say. */
  left(sent, total, now = performance.now()) {
    const last = this.#seen.at(-1);
    // What was lost on the way is sent again.
    if (last && sent < last.sent) this.#seen = [];
    this.#seen.push({ sent, now });
    while (this.#seen.length > 2 && now - this.#seen[1].now > WINDOW_MS) this.#seen.shift();
    const first = this.#seen[0];
    const speed = (sent - first.sent) / (now - first.now);
    return speed > 0 ? (total - sent) / speed : null;
  }
}

const WINDOW_MS = 15_000;
