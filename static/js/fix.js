// Fix mode: the lines of the transcript become editable, and are saved as one leaves them.
// The keyboard does everything; what can't be saved stays on the page until it can.
import { doubtAt, doubts, isTouched, settle } from "./doubts.js";
import { FixedLines } from "./fixed-lines.js";
import { lastAtMost } from "./dom.js";

const REWIND_S = 1;
const SKIP_S = 3;
// The word that one has come to is played in a loop, from a little before it.
const LOOP_BEFORE_S = 0.4;
const LOOP_S = 1.5;

/** Whether the transcript around an element is being fixed. */
export function isFixing(element) {
  return Boolean(element.closest(".fixing"));
}

/** Connect the button; returns how to begin at a selection. */
export function fix(root, paragraphs, player) {
  const button = root.querySelector("button[data-fix]");
  if (!button) return { enter: () => {} };
  const mode = new FixMode(root, paragraphs, player, button);
  button.addEventListener("click", () => (isFixing(root) ? mode.leave() : mode.enter()));
  return mode;
}

class FixMode {
  #loop = null;
  #wasTyping = false;

  constructor(root, paragraphs, player, button) {
    this.root = root;
    this.body = root.querySelector(".tx-body");
    this.bar = root.querySelector("[data-fixbar]");
    this.paragraphs = paragraphs;
    this.player = player;
    this.button = button;
    this.lines = new FixedLines(this.body, this.bar, paragraphs);
    this.bar.querySelector("[data-fix-done]").addEventListener("click", () => this.leave());
    this.bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
    });
    this.body.addEventListener("keydown", (event) => this.#key(event));
    this.body.addEventListener("input", (event) => this.#type(event));
    this.body.addEventListener("focusout", (event) => this.#blur(event));
    player.root.addEventListener("tick", (event) => this.#repeat(event.detail));
    player.media.addEventListener("play", () => this.#resume());
  }

  /** Begin where somebody has selected something, else at the next unsure word that is heard. */
  enter(range = null) {
    this.root.classList.add("fixing");
    this.button.setAttribute("aria-pressed", "true");
    this.bar.hidden = false;
    this.lines.open();
    if (range && lineOf(range.startContainer)) this.#put(range);
    else if (!this.#choose(this.#firstDoubt())) this.#lineAtNow()?.focus();
  }

  /** End, unless something could not be saved: that stays, and the bar says why. */
  async leave() {
    this.#loop = null;
    const line = lineOf(document.activeElement);
    this.leaving = true;
    const isSaved = await this.lines.saveAll();
    this.leaving = false;
    if (!isSaved) {
      if (!this.lines.hasClash) line?.focus();
      return;
    }
    await this.lines.close();
    this.root.classList.remove("fixing");
    this.button.setAttribute("aria-pressed", "false");
    this.bar.hidden = true;
    this.button.focus();
  }

  #key(event) {
    const line = isFixing(this.body) && lineOf(event.target);
    if (!line || event.isComposing) return;
    const act = this.#actOf(event, line);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #actOf(event, line) {
    const { key } = event;
    if (event.ctrlKey && !event.altKey && !event.metaKey) {
      return {
        " ": () => this.player.toggle(),
        j: () => this.#skip(-SKIP_S),
        l: () => this.#skip(SKIP_S),
      }[key.toLowerCase()];
    }
    if (key === "Escape") return () => this.leave();
    if (key === "Enter") return () => this.#accept(line);
    if (key !== "Tab" || event.altKey || event.metaKey) return null;
    // Where there is none, Tab goes on to what follows, so that nobody is kept here.
    const next = this.#neighbour(event.shiftKey ? -1 : 1);
    return next && (() => this.#choose(next));
  }

  /** The word is right as it stands: go on to the next one, or save the line. */
  #accept(line) {
    const doubt = doubtAt(getSelection());
    const next = this.#neighbour(1);
    if (doubt) settle(doubt);
    if (!next || lineOf(next) !== line) this.lines.save(line);
    if (next) this.#choose(next);
  }

  #neighbour(step) {
    const all = doubts(this.body);
    const selected = getSelection();
    if (selected.rangeCount === 0) return all[0];
    const here = selected.getRangeAt(0);
    if (step > 0) return all.find((doubt) => here.comparePoint(doubt, 0) > 0);
    return all.findLast((doubt) => here.comparePoint(doubt, doubt.childNodes.length) < 0);
  }

  #firstDoubt() {
    const all = doubts(this.body);
    const line = this.#lineAtNow();
    const later = (doubt) => line.compareDocumentPosition(doubt) & Node.DOCUMENT_POSITION_FOLLOWING;
    return (line && all.find((doubt) => line.contains(doubt) || later(doubt))) ?? all[0];
  }

  #lineAtNow() {
    const starts = this.paragraphs.map((paragraph) => paragraph.start);
    const index = Math.max(0, lastAtMost(starts, this.player.time + 0.02));
    return this.paragraphs[index]?.text.querySelector(".ln");
  }

  #choose(doubt) {
    if (!doubt) return false;
    const range = document.createRange();
    range.selectNodeContents(doubt);
    this.#put(range);
    this.#playAround(range);
    return true;
  }

  #put(range) {
    const line = lineOf(range.startContainer);
    if (!line.contains(range.endContainer)) range.setEnd(line, line.childNodes.length);
    line.focus({ preventScroll: true });
    const selected = getSelection();
    selected.removeAllRanges();
    selected.addRange(range);
    range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
  }

  #playAround(range) {
    const text = range.startContainer.parentElement.closest("p");
    const paragraph = this.paragraphs.find((one) => one.text === text);
    const said = paragraph.timeOf(range.startContainer, range.startOffset);
    const start = Math.max(0, said - LOOP_BEFORE_S);
    this.#loop = { start, end: start + LOOP_S };
    this.#wasTyping = false;
    this.player.seek(start);
  }

  #skip(seconds) {
    this.#loop = null;
    this.player.seek(this.player.time + seconds);
  }

  #repeat(seconds) {
    if (this.#loop && this.player.isPlaying && seconds >= this.#loop.end) {
      this.player.seek(this.#loop.start);
    }
  }

  #type(event) {
    const line = isFixing(this.body) && lineOf(event.target);
    if (!line) return;
    this.#loop = null;
    for (const doubt of doubts(line)) if (isTouched(doubt)) settle(doubt, false);
    if (!this.player.isPlaying) return;
    this.player.pause();
    this.#wasTyping = true;
  }

  #resume() {
    if (this.#wasTyping) this.player.seek(this.player.time - REWIND_S);
    this.#wasTyping = false;
  }

  #blur(event) {
    const line = isFixing(this.body) && lineOf(event.target);
    if (line && !this.leaving && lineOf(event.relatedTarget) !== line) this.lines.save(line);
  }
}

/** The line that holds a node of the document. */
export function lineOf(node) {
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  return element?.closest?.(".ln") ?? null;
}
