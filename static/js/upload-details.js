// What is said about each file of many: its own title, and what is said for all of them until
// somebody says something else about this one.
import { details, showErrors, sightOf } from "./details.js";
import { _ } from "./words.js";

// What holds for all files, and the fields in which it is said.
const SHARED = {
  tags: ["tags"],
  language: ["language"],
  audience: ["audience", "group_ids"],
  publish: ["publish"],
};
const NUMBERED = ["id", "name", "for", "aria-describedby"];
const UNREADABLE = _("This file of captions can't be read any more. Choose it again.");
let made = 0;

export class RowDetails {
  constructor(row, form) {
    this.row = row;
    this.form = form;
    this.ending = `-${++made}`;
    this.changed = new Set();
    this.about = form.querySelector(".upload-about");
    this.place = row.element.querySelector("[data-own]");
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-labelledby", row.id);
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

  /** Say of this file what is said for all, but for what somebody has said about it. The page tells
   *  in a sentence what that is. */
  follow() {
    for (const what of Object.keys(SHARED)) {
      if (!this.changed.has(what)) this.#copy(what, "", this.ending);
    }
  }

  /** Who will see it and what differs, of what stands in the form. */
  summarize(data) {
    const tags = details(this.form, this.ending, data).tags.join(", ");
    const sight = sightOf(this.form, this.ending, data);
    const said = [
      this.changed.size > 0 && _("Differs from the others."),
      sight,
      tags && _("Tags: %(tags)s.", { tags }),
    ];
    this.place.querySelector("[data-sight]").textContent = said.filter(Boolean).join(" ");
  }

  /** As the API wants it. */
  async read() {
    const said = details(this.form, this.ending);
    return { ...said, title: this.title.value, captions: await textOf(this.#own("captions")) };
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
  }

  #reset() {
    this.changed.clear();
    this.place.querySelector("[data-reset]").hidden = true;
    this.place.querySelector("summary").focus();
    // The page hears of it as of anything that is typed.
    this.form.dispatchEvent(new Event("input"));
  }

  #copy(what, from, to) {
    for (const name of SHARED[what]) {
      const [sources, targets] = [from, to].map((ending) =>
        named(ending ? this.place : this.about, name + ending),
      );
      for (const [number, source] of sources.entries()) {
        targets[number].checked = source.checked;
        if (source.type === "text") targets[number].value = source.value;
      }
    }
  }

  #prompt() {
    const prompt = this.place.querySelector("[data-prompt]");
    prompt.hidden = this.row.suggestedTitle !== "";
    prompt.textContent = _(
      "“%(name)s” says nothing to colleagues. What would they search for?",
      { name: this.row.file.name },
    );
  }
}

/** What is in the file of captions that was chosen, if one was. */
export async function textOf({ files: [file] }) {
  if (!file) return null;
  try {
    return await file.text();
  } catch {
    throw Object.assign(new Error(UNREADABLE), { fields: { captions: UNREADABLE } });
  }
}

function named(place, name) {
  return [...place.querySelectorAll(`[name="${name}"]`)];
}
