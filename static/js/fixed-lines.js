// The lines of a transcript that is being fixed: what each said, what was sent, what clashes.
import { confirmed, remember } from "./doubts.js";
import { sendJson } from "./requests.js";
import { _ } from "./words.js";

const MOST_WORDS = 6;
const SAID = {
  applied: _("Saved."),
  suggested: _("Thank you. The author looks at your suggestion."),
  undone: _("Undone."),
};

export class FixedLines {
  #states = new Map();
  #clashes = [];
  #last = null;

  constructor(body, bar, paragraphs) {
    this.body = body;
    this.bar = bar;
    this.paragraphs = paragraphs;
    this.#part("undo").addEventListener("click", () => this.#undo());
    this.#part("clash").addEventListener("click", (event) => {
      const choice = event.target.closest("[data-fix-keep]")?.dataset.fixKeep;
      if (choice) this.#decide(choice);
    });
    addEventListener("beforeunload", (event) => {
      if ([...this.#states.keys()].some((line) => this.#isDirty(line))) event.preventDefault();
    });
  }

  get hasClash() {
    return this.#clashes.length > 0;
  }

  /** Make all lines editable. */
  open() {
    for (const line of this.body.querySelectorAll(".ln")) this.#prepare(line);
  }

  /** Save what was changed; whether nothing is left that could not be saved. */
  async saveAll() {
    await Promise.all([...this.#states.keys()].map((line) => this.save(line)));
    if (this.#clashes.length > 0) this.#showClash();
    return ![...this.#states.keys()].some((line) => this.#isDirty(line));
  }

  /** Nothing is editable any more; times and marks are those of the new words. */
  async close() {
    for (const line of this.#states.keys()) {
      for (const name of ["contenteditable", "role", "aria-label", "aria-describedby", "tabindex"]) {
        line.removeAttribute(name);
      }
    }
    const hasChanged = this.#last !== null;
    this.#states.clear();
    this.#say("");
    if (hasChanged) await this.#renew();
  }

  /** Save a line if it was changed. Only one request at a time is about a line. */
  async save(line) {
    const state = this.#states.get(line);
    while (state?.busy) await state.busy;
    // Whoever waited may find that it is saved by now, or that somebody has to decide.
    if (!state || state.clash || !this.#isDirty(line)) return;
    state.busy = this.#send(line, state);
    await state.busy;
    state.busy = null;
  }

  async #send(line, state) {
    const text = plain(line);
    const sure = confirmed(line);
    const asked = { segment: line.dataset.line, before: state.base, text, confirmed: sure };
    try {
      this.#take(line, state, asked, await sendJson(this.bar.dataset.fixes, asked));
    } catch (error) {
      if (error.problem?.now !== undefined) this.#clash(line, state, error.problem);
      else if (error.status === 409) Object.assign(state, { sent: text, sure: sure.length });
      else this.#refuse(line, error.message);
      if (error.status === 409 && !state.clash) this.#say(error.message, true);
    }
  }

  #take(line, state, asked, fix) {
    const [{ before, after }] = fix.lines;
    Object.assign(state, { sent: asked.text, sure: asked.confirmed.length });
    line.classList.remove("unsaved");
    if (fix.state === "applied") {
      // What others have changed in the same line is shown; what is typed by now is kept.
      const isSame = plain(line) === asked.text;
      state.base = isSame ? after : asked.text;
      if (isSame && after !== asked.text) line.textContent = state.sent = after;
      this.#last = fix.id;
      this.#part("undo").hidden = false;
    }
    this.#say(SAID[fix.state]);
    this.#offerEverywhere(before, after);
  }

  #refuse(line, sentence) {
    line.classList.add("unsaved");
    this.#say(_("Not saved: %(sentence)s", { sentence }), true);
  }

  #clash(line, state, { detail, now, yours }) {
    state.clash = { now, yours, detail };
    line.classList.add("unsaved");
    if (!this.#clashes.includes(line)) this.#clashes.push(line);
    this.#showClash();
  }

  #showClash() {
    const [line] = this.#clashes;
    const box = this.#part("clash");
    box.hidden = !line;
    if (!line) return;
    const { now, yours, detail } = this.#states.get(line).clash;
    this.#part("now").textContent = now;
    this.#part("yours").textContent = yours;
    this.#part("alert").textContent = detail;
    box.querySelector("button").focus();
  }

  async #decide(choice) {
    const line = this.#clashes.shift();
    const state = this.#states.get(line);
    const { now } = state.clash;
    Object.assign(state, { base: now, sent: now, clash: null });
    if (choice === "now") {
      line.textContent = now;
      line.classList.remove("unsaved");
      this.#say(_("It stays as it was."));
    }
    line.focus();
    await this.save(line);
    this.#showClash();
  }

  async #undo() {
    const button = this.#part("undo");
    try {
      await sendJson(`/api/v1/fixes/${this.#last}/undo`, {});
    } catch (error) {
      this.#say(error.message, true);
      return;
    }
    button.hidden = true;
    await this.#renew();
    this.open();
    this.#say(SAID.undone);
    this.#part("done").focus();
  }

  #offerEverywhere(before, after) {
    const link = this.#part("everywhere");
    const [wanted, replacement] = exchanged(before.split(/\s+/), after.split(/\s+/));
    const isWorth = wanted && replacement && wanted.split(" ").length <= MOST_WORDS;
    link.hidden = !isWorth || !this.#stands(wanted);
    link.search = new URLSearchParams({ wanted, replacement });
    link.querySelector("span").textContent = _("Fix “%(wanted)s” everywhere", { wanted });
  }

  #stands(words) {
    return this.body.textContent.toLowerCase().includes(words.toLowerCase());
  }

  /** Take over the paragraphs as the server has them now, but for lines with unsaved words. */
  async #renew() {
    const answer = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = new Map();
    for (const line of page.querySelectorAll(".tx-body .ln")) fresh.set(line.dataset.line, line);
    for (const paragraph of this.paragraphs) {
      const lines = [...paragraph.text.querySelectorAll(".ln")];
      if (lines.some((line) => this.#isDirty(line))) continue;
      const source = fresh.get(lines[0]?.dataset.line)?.closest(".seg");
      // Paragraphs that are made of other lines now are shown anew with the page.
      const names = source && [...source.querySelectorAll(".ln")].map((line) => line.dataset.line);
      if (!source || names.join() !== lines.map((line) => line.dataset.line).join()) continue;
      for (const line of lines) this.#states.delete(line);
      Object.assign(paragraph.element.dataset, source.dataset);
      paragraph.text.replaceChildren(...source.querySelector("p").childNodes);
      paragraph.renew();
    }
  }

  #prepare(line) {
    if (this.#states.has(line)) return;
    const text = plain(line);
    this.#states.set(line, { base: text, sent: text, sure: 0, busy: null, clash: null });
    remember(line);
    try {
      line.contentEditable = "plaintext-only";
    } catch {
      line.contentEditable = "true";
    }
    line.setAttribute("role", "textbox");
    line.setAttribute("aria-label", _("Line at %(time)s", { time: line.dataset.at }));
    line.setAttribute("aria-describedby", "fix-hint");
    line.tabIndex = 0;
  }

  #isDirty(line) {
    const state = this.#states.get(line);
    if (!state) return false;
    return Boolean(state.clash) || plain(line) !== state.sent || confirmed(line).length > state.sure;
  }

  #say(sentence, isBad = false) {
    const said = this.#part("said");
    said.textContent = sentence;
    said.classList.toggle("bad", isBad);
  }

  #part(name) {
    return this.bar.querySelector(`[data-fix-${name}]`);
  }
}

/** What a line says, with single blanks. */
function plain(line) {
  return line.textContent.trim().split(/\s+/).join(" ");
}

/** The one run of words in which two lines differ, as it was and as it is. */
function exchanged(before, after) {
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let last = 0;
  const most = Math.min(before.length, after.length) - first;
  while (last < most && before.at(-1 - last) === after.at(-1 - last)) last += 1;
  const middle = (words) => words.slice(first, words.length - last).join(" ");
  return [middle(before), middle(after)];
}
