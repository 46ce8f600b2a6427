// What is said about each file of many: its own title, and what is said for all of them until
// somebody says something else about this one.
import { details, showErrors, sightOf } from "./details.js";

// What holds for all files, and the fields in which it is said.
const SHARED = {
  tags: ["tags"],
  language: ["language"],
  audience: ["audience", "group_ids"],
  publish: ["publish"],
};
const NUMBERED = ["id", "name", "for", "aria-describedby"];
let made = 0;

export class RowDetails {
  constructor(row, form) {
    this.row = row;
    this.form = form;
    this.ending = `-${++made}`;
    this.changed = new Set();
    this.place = row.element.querySelector("[data-own]");
    this.place.append(document.getElementById("upload-details").content.cloneNode(true));
    for (const name of NUMBERED) {
      for (const part of this.place.querySelectorAll(`[${name}]`)) {
        part.setAttribute(name, part.getAttribute(name).replace(/\S+/g, `$&${this.ending}`));
      }
    }
    this.title.value = row.suggestedTitle;
    this.#prompt();
    this.place.addEventListener("input", ({ target }) => this.#note(target));
    this.place.querySelector("[data-reset]").addEventListener("click", () => this.#reset());
  }

  get title() {
    return this.place.querySelector("[name^=title]");
  }

  /** Show or hide them; what is hidden is never asked for. */
  show(shown) {
    this.place.hidden = !shown;
    this.title.required = shown;
  }

  /** Take over what was typed while this was the only file. */
  take(form) {
    if (form.elements.title.value) this.title.value = form.elements.title.value;
    this.#own("description").value = form.elements.description.value;
    this.#own("captions").files = form.elements.captions.files;
  }

  /** This is the only file again: what is said about it goes where that is said then. */
  give(form) {
    form.elements.title.value = this.title.value;
    form.elements.description.value = this.#own("description").value;
    if (this.#own("captions").files.length > 0) {
      form.elements.captions.files = this.#own("captions").files;
    }
    for (const what of this.changed) this.#copy(what, this.ending, "");
  }

  /** Say of this file what is said for all, but for what somebody has said about it. */
  follow() {
    for (const what of Object.keys(SHARED)) {
      if (!this.changed.has(what)) this.#copy(what, "", this.ending);
    }
    this.place.querySelector("[data-sight]").textContent = this.#summary();
  }

  /** As the API wants it. */
  async read() {
    const said = details(this.form, this.ending);
    const [file] = this.#own("captions").files;
    return { ...said, title: this.title.value, captions: file ? await file.text() : null };
  }

  showErrors(fields) {
    showErrors(this.form, fields, this.ending);
    if (Object.keys(fields).some((name) => name !== "title")) {
      this.place.querySelector("details").open = true;
    }
  }

  #own(name) {
    return this.form.elements[name + this.ending];
  }

  #note(field) {
    const name = field.name.replace(this.ending, "");
    const what = Object.keys(SHARED).find((each) => SHARED[each].includes(name));
    if (what) this.changed.add(what);
    this.place.querySelector("[data-reset]").hidden = this.changed.size === 0;
    this.follow();
  }

  #reset() {
    this.changed.clear();
    this.place.querySelector("[data-reset]").hidden = true;
    this.place.querySelector("summary").focus();
    this.follow();
  }

  #copy(what, from, to) {
    for (const name of SHARED[what]) {
      const [sources, targets] = [from, to].map((ending) => named(this.form, name + ending));
      for (const [number, source] of sources.entries()) {
        targets[number].checked = source.checked;
        if (source.type === "text") targets[number].value = source.value;
      }
    }
  }

  #summary() {
    const tags = details(this.form, this.ending).tags.join(", ");
    const sight = sightOf(this.form, this.ending);
    const own = this.changed.size > 0 ? "Differs from the others. " : "";
    return own + sight + (tags && ` Tags: ${tags}.`);
  }

  #prompt() {
    const prompt = this.place.querySelector("[data-prompt]");
    prompt.hidden = this.row.suggestedTitle !== "";
    prompt.textContent = `“${this.row.file.name}” says nothing to colleagues. What would they search for?`;
  }
}

function named(form, name) {
  return [...form.querySelectorAll(`[name="${name}"]`)];
}
