// Describe what was recorded while it is sent, then make an episode of it.
import { details, focusWrong, showErrors } from "./details.js";
import { announce } from "./dom.js";
import { sendJson } from "./requests.js";
import { clock } from "./time.js";
import { _ } from "./words.js";

const TEXTS = ["title", "description", "tags", "language"];
const WAITING = _("Saving as soon as everything has arrived.");

export class Saving {
  constructor(studio, review) {
    this.studio = studio;
    this.review = review;
    this.form = studio.root.querySelector("[data-details]");
    this.marks = this.form.querySelector("[data-marks]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.form.addEventListener("input", () => this.#keepDraft());
  }

  /** Show what is known of the take, and how far it has got to the server. */
  open() {
    const { take, sender } = this.studio;
    this.form.reset();
    this.#fill(take.row.draft);
    // What is marked in the last moment before a crash may be lost itself.
    this.#showMarks(take.row.marks.filter((mark) => mark.ms < take.ms));
    sender.addEventListener("changed", () => this.#showSent(sender));
    this.#showSent(sender);
  }

  /** As somebody left it: above all, whoever may not see it then does not see it now. */
  #fill(draft) {
    if (!draft) return;
    const { elements } = this.form;
    for (const name of [...TEXTS, "audience"]) elements[name].value = draft[name] ?? elements[name].value;
    elements.publish.checked = draft.publish ?? elements.publish.checked;
    for (const box of this.form.querySelectorAll("[name=group_ids]")) {
      box.checked = draft.group_ids?.includes(box.value) ?? box.checked;
    }
  }

  #showSent(sender) {
    if (sender !== this.studio.sender) return;
    const { take } = this.studio;
    const line = this.studio.root.querySelector("[data-sent]");
    const [time, length] = [sender.sentMs, take.ms].map((ms) => clock(ms / 1000));
    const sent = _("On the server to %(time)s of %(length)s.", { time, length });
    const said = sender.isDone ? _("All of it is on the server.") : (sender.problem ?? sent);
    if (line.textContent !== said) line.textContent = said;
  }

  #showMarks(marks) {
    const early = marks.some((mark) => mark.ms < 1000);
    const all = marks.length && !early ? [{ ms: 0, title: _("Beginning") }, ...marks] : marks;
    this.marks.hidden = all.length === 0;
    const rows = all.map((mark, place) => this.#row(mark, place));
    this.marks.querySelector("ol").replaceChildren(...rows);
  }

  #row({ ms, title }, place) {
    const row = document.getElementById("mark").content.firstElementChild.cloneNode(true);
    const [time, field, button] = row.children;
    const when = { time: clock(ms / 1000) };
    time.textContent = when.time;
    row.dataset.ms = ms;
    field.value = title || _("Chapter %(number)s", { number: place + 1 });
    field.setAttribute("aria-label", _("Title of the chapter at %(time)s", when));
    button.setAttribute("aria-label", _("Remove the chapter at %(time)s", when));
    button.addEventListener("click", () => {
      row.remove();
      this.marks.hidden = !this.marks.querySelector("li");
      this.#keepDraft();
      (this.marks.querySelector("input") ?? this.form.elements.title).focus();
    });
    return row;
  }

  /** Every chapter that is named, with its time in the recording. */
  get #chapters() {
    return [...this.marks.querySelectorAll("li")]
      .map((row) => [Number(row.dataset.ms), row.querySelector("input").value.trim()])
      .map(([ms, title]) => ({ ms, title }))
      .filter((mark) => mark.title);
  }

  #keepDraft() {
    const { take } = this.studio;
    const texts = TEXTS.map((name) => [name, this.form.elements[name].value]);
    const draft = { ...details(this.form), ...Object.fromEntries(texts) };
    take?.keep({ draft, marks: this.#chapters });
  }

  async #save() {
    const { machine, sender, take } = this.studio;
    if (!machine.go("save")) return;
    const button = this.form.querySelector("[type=submit]");
    // A button that is disabled altogether loses the keyboard.
    button.ariaDisabled = "true";
    showErrors(this.form, {});
    if (!sender.isDone) announce(WAITING);
    try {
      const episode = await sendJson(this.form.dataset.episodes, await this.#described());
      await take.remove();
      machine.go("saved");
      location.assign(new URL(episode.url).pathname);
    } catch (error) {
      machine.go("refused");
      announce(error.message, "bad");
      showErrors(this.form, error.fields ?? {});
      focusWrong(this.form);
    } finally {
      button.ariaDisabled = null;
    }
  }

  async #described() {
    const uploadId = await this.studio.sender.arrived();
    return {
      ...details(this.form),
      upload_id: uploadId,
      title: this.form.elements.title.value,
      trim: this.review.trim,
      chapters: this.#chapters.map(({ ms, title }) => ({ start: ms / 1000, title })),
    };
  }
}
