// The upload page: files go up while people describe them, then become episodes.
import { details, focusWrong, showErrors, sightOf } from "./details.js";
import { announce } from "./dom.js";
import { sendJson } from "./requests.js";
import { Begun } from "./upload-begun.js";
import { Room } from "./upload-checks.js";
import { RowDetails, textOf } from "./upload-details.js";
import { dropAnywhere } from "./upload-drop.js";
import { Queue } from "./upload-queue.js";
import { UploadRow, saidOf } from "./upload-row.js";
import { forgetOthers } from "./upload-sending.js";
import { Shared } from "./upload-shared.js";
import { nameOnServer } from "./upload-words.js";
import { _, listed, n_ } from "./words.js";

const TELL_MS = 400;

export default function upload(form, htmx) {
  forgetOthers();
  const page = new Page(form, htmx);
  const { field } = page;
  remindOfRecordings();
  page.shared.offer();
  field.multiple = true;
  const takeChosen = () => {
    page.add([...field.files]);
    field.value = "";
  };
  field.addEventListener("change", takeChosen);
  // Somebody may have been quicker than this script.
  takeChosen();
  dropAnywhere(
    (files) => page.add(files),
    (folders) => page.refuseFolders(folders),
  );
  form.addEventListener("input", ({ target }) => {
    page.isEdited ||= target !== field;
    page.describe();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(page);
  });
  addEventListener("online", () => {
    for (const row of page.rows) row.hurry();
  });
  addEventListener("beforeunload", (event) => {
    if (page.wouldLose) event.preventDefault();
  });
}

/** The files that were chosen, and the form in which they are described. */
class Page {
  rows = [];
  queue = new Queue();
  wereMany = false;
  isEdited = false;
  isSaving = false;

  constructor(form, htmx) {
    this.form = form;
    this.htmx = htmx;
    this.field = form.querySelector("#file");
    this.endpoint = form.dataset.uploads;
    this.room = new Room(Number(form.dataset.room));
    this.isTaken = (address) => this.rows.some((row) => sameAddress(row.address, address));
    this.changed = (row) => {
      this.begun?.refresh();
      if (row.isRefused) this.arrange();
      this.tell();
    };
    this.removed = (row) => this.#remove(row);
    this.shared = new Shared(document.querySelector("[data-shared]"), this);
    this.begun = new Begun(document.querySelector("[data-begun]"), this);
    this.arrange();
  }

  /** Whether leaving would interrupt something, or lose what was typed. */
  get wouldLose() {
    return this.rows.some((row) => row.isUnderWay || (this.isEdited && !row.episode));
  }

  /** Begin to send these; where an upload was chosen, go on with it. */
  add(files, address = null) {
    const [again, fresh] = [[], []];
    for (const file of files) (this.#has(file) ? again : fresh).push(file);
    for (const file of fresh) this.#append(new UploadRow(file, this.form, this)).start(address);
    this.#suggest();
    // The button with which it was chosen gives way to the row.
    if (address && fresh.length > 0) this.rows.at(-1).focus();
    if (again.length > 0) announce(there(again), "bad");
  }

  /** Go on with what has arrived as a whole. */
  adopt(file, address) {
    this.#append(new UploadRow(file, this.form, this)).adopt(address);
    this.#suggest();
    this.begun.refresh();
    (this.wereMany ? this.rows.at(-1).details.title : this.form.elements.title).focus();
  }

  /** The tray shows it, and tells it on to all tabs of this browser. */
  tell() {
    this.telling ??= setTimeout(() => {
      this.telling = null;
      const files = this.rows.filter((row) => !row.episode).map((row) => row.news);
      document.dispatchEvent(new CustomEvent("uploads", { detail: files }));
    }, TELL_MS);
  }

  refuseFolders(names) {
    const folders = listed(names.map((name) => _("“%(name)s”", { name })));
    const sentence = n_(
      "%(folders)s is a folder. Open it and drop the files that are in it.",
      "%(folders)s are folders. Open it and drop the files that are in it.",
      names.length,
      { folders },
    );
    announce(sentence, "bad");
  }

  /** Ask for what has to be said: of one file here, of many in their rows. */
  arrange() {
    const { form, rows } = this;
    const areMany = rows.length > 1;
    const { title, description } = form.elements;
    form.querySelector("[data-list]").hidden = rows.length === 0;
    this.field.required = rows.length === 0;
    for (const part of form.querySelectorAll("[data-single]")) part.hidden = areMany;
    for (const part of form.querySelectorAll("[data-many]")) part.hidden = !areMany;
    description.closest(".field").hidden = areMany;
    title.required = !areMany;
    // What was typed stays with its file when files come and go.
    if (areMany && !this.wereMany) rows[0].details.take(form);
    if (rows.length === 1 && this.wereMany) rows[0].details.give(form);
    this.wereMany = areMany;
    for (const row of rows) row.details.show(areMany && !row.episode && !row.isRefused);
    form.querySelector(".upload-about").hidden = rows.length > 0 && rows.every((row) => row.episode);
    this.describe();
  }

  /** What is said for all is said of each, and who will see it is told. */
  describe() {
    for (const row of this.rows) row.details.follow();
    // Reading the form takes long where there are many files: once is enough.
    const data = new FormData(this.form);
    for (const row of this.rows) row.details.summarize(data);
    const sight = this.form.querySelector(".upload-about [data-sight]");
    sight.textContent = sightOf(this.form, "", data);
  }

  #suggest() {
    this.arrange();
    const { title } = this.form.elements;
    if (this.rows.length === 1) title.value ||= this.rows[0].suggestedTitle;
  }

  #append(row) {
    row.details = new RowDetails(row, this.form);
    this.rows.push(row);
    this.form.querySelector("[data-list]").append(row.element);
    return row;
  }

  #has(file) {
    return this.rows.some(
      ({ file: known, episode }) =>
        !episode &&
        nameOnServer(known.name) === nameOnServer(file.name) &&
        known.size === file.size &&
        [undefined, file.lastModified].includes(known.lastModified),
    );
  }

  #remove(row) {
    const { title } = this.form.elements;
    const hadFocus = row.element.contains(document.activeElement);
    this.rows.splice(this.rows.indexOf(row), 1);
    this.shared.settle(row.file);
    row.element.remove();
    if (this.rows.length === 0 && title.value === row.suggestedTitle) title.value = "";
    this.#suggest();
    this.tell();
    if (hadFocus) this.field.focus();
  }
}

function sameAddress(one, other) {
  return Boolean(one && other) && one.split("/").pop() === other.split("/").pop();
}

function there(files) {
  const names = listed(files.map((file) => file.name));
  return n_(
    "%(names)s is in the list already.",
    "%(names)s are in the list already.",
    files.length,
    { names },
  );
}

function unsaved(number) {
  return n_("%(num)s file could not be saved.", "%(num)s files could not be saved.", number);
}

/** Something that was recorded in this browser may wait here for ever. */
async function remindOfRecordings() {
  const note = document.querySelector("[data-unfinished]");
  const { hasUnfinished } = await import("./record-unfinished.js");
  note.hidden = !(await hasUnfinished(note.dataset.unfinished));
}

/** Make an episode of every upload that arrives, and show what becomes of it; files that were
 * refused, stopped or removed hold up nobody. */
async function save(page) {
  const { form, rows } = page;
  const button = form.querySelector("[type=submit]");
  if (page.isSaving) return;
  page.isSaving = true;
  // A button that is disabled altogether loses the keyboard.
  button.ariaDisabled = "true";
  announce(_("Saving as soon as everything has arrived."));
  try {
    await Promise.all(rows.map((row) => saveOne(page, row)));
  } finally {
    page.isSaving = false;
    button.ariaDisabled = null;
  }
  tellOutcome(page);
}

function tellOutcome(page) {
  const { form, rows } = page;
  const left = rows.filter((row) => !row.episode);
  if (rows.length === 0) {
    announce(_("There is no file left to save."), "bad");
  } else if (left.length > 0) {
    const reasons = left.map((row) => saidOf(row.file.name, row.sentence));
    announce([unsaved(left.length), ...reasons].join(" "), "bad");
    focusWrong(form);
  } else if (rows.length === 1) {
    location.assign(new URL(rows[0].episode.url).pathname);
  } else {
    announce(_("Everything is saved. You may leave; it is made ready without you."));
    page.field.focus();
  }
}

async function saveOne(page, row) {
  if (row.episode) return;
  const uploadId = await row.arrival;
  if (uploadId === null) return;
  row.startSaving();
  const areMany = page.rows.length > 1;
  const show = (fields) => (areMany ? row.details.showErrors(fields) : showErrors(page.form, fields));
  show({});
  try {
    const said = areMany ? await row.details.read() : await readSingle(page.form);
    const body = { ...said, upload_id: uploadId };
    await row.saved(await sendJson(page.form.dataset.episodes, body));
    page.shared.settle(row.file);
    if (areMany) follow(page, row);
    page.arrange();
    page.tell();
  } catch (error) {
    await row.notSaved(error);
    show(error.fields ?? {});
  }
}

async function readSingle(form) {
  const captions = await textOf(form.elements.captions);
  return { ...details(form), title: form.elements.title.value, captions };
}

/** In the place of the file stands what is made of it, and asks for itself until that is over. */
function follow(page, row) {
  const place = document.createElement("div");
  const steps = `${new URL(row.episode.url).pathname}/steps?brief=1`;
  for (const [name, value] of Object.entries({ get: steps, trigger: "load", swap: "outerHTML" })) {
    place.setAttribute(`hx-${name}`, value);
  }
  row.element.append(place);
  page.htmx.process(place);
}
