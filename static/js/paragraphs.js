// The paragraphs of a transcript and where each word of theirs is, in the text and in time.
//
// data-words holds "seconds,offset" for each word, data-lines the offset where each spoken line
// begins; offsets count UTF-16 units of the paragraph's text, as JavaScript does.
import { lastAtMost } from "./dom.js";

export class Paragraph {
  constructor(element) {
    this.element = element;
    this.start = Number(element.dataset.start);
    this.text = element.querySelector("p");
  }

  /** The text or its times have changed: forget where its words were. */
  renew() {
    this._times = undefined;
  }

  get times() {
    this.#read();
    return this._times;
  }

  /** The index of the word that is spoken at `seconds`. */
  wordAt(seconds) {
    return lastAtMost(this.times, seconds + 0.02);
  }

  /** The range of one word. */
  word(index) {
    const { offsets } = this.#read();
    return this.range(offsets[index], offsets[index + 1] ?? this.length);
  }

  /** The range of the spoken line that holds word `index`. */
  line(index) {
    const { offsets, lines } = this.#read();
    const line = lastAtMost(lines, offsets[index]);
    return this.range(lines[line], lines[line + 1] ?? this.length);
  }

  /** When the text at a place of the document is spoken; `end` asks when its word is over. */
  timeOf(node, offset, end = false) {
    const before = document.createRange();
    before.setStart(this.text, 0);
    before.setEnd(node, offset);
    const { offsets } = this.#read();
    const place = before.toString().length;
    const index = Math.max(0, lastAtMost(offsets, end ? place - 1 : place));
    return end ? (this.times[index + 1] ?? this.end) : (this.times[index] ?? this.start);
  }

  get end() {
    return Number(this.element.dataset.end);
  }

  get length() {
    return this.text.textContent.length;
  }

  /** The range between two offsets, without the white space at its end. */
  range(from, to) {
    const whole = this.text.textContent;
    const end = from + whole.slice(from, to).trimEnd().length;
    const range = document.createRange();
    range.setStart(...this.#place(from));
    range.setEnd(...this.#place(end));
    return range;
  }

  #place(offset) {
    const walker = document.createTreeWalker(this.text, NodeFilter.SHOW_TEXT);
    let left = offset;
    let node = walker.nextNode();
    while (node && left > node.length) {
      left -= node.length;
      node = walker.nextNode();
    }
    return node ? [node, left] : [this.text, this.text.childNodes.length];
  }

  #read() {
    if (!this._times) {
      const pairs = (this.element.dataset.words || "").split(" ").filter(Boolean);
      this._times = pairs.map((pair) => Number(pair.split(",")[0]));
      this._offsets = pairs.map((pair) => Number(pair.split(",")[1]));
      this._lines = this.element.dataset.lines.split(" ").map(Number);
    }
    return { times: this._times, offsets: this._offsets, lines: this._lines };
  }
}
