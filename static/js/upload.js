// The upload page: files go up while people describe them, then become episodes.
import { details, showErrors } from "./details.js";
import { announce } from "./dom.js";
import { sendJson } from "./requests.js";
import { count } from "./time.js";
import { UploadRow } from "./upload-row.js";

export default function upload(form) {
  const rows = [];
  const list = form.querySelector("[data-list]");
  const field = form.querySelector("#file");
  const drop = form.querySelector(".drop");
  const title = form.elements.title;
  remindOfRecordings();
  let wereMany = false;
  field.multiple = true;

  const add = (files) => {
    for (const file of files) {
      const row = new UploadRow(file, form, { isTaken, removed });
      rows.push(row);
      list.append(row.element);
      row.start();
    }
    arrange();
  };
  const isTaken = (address) => rows.some((row) => row.upload.url === address);
  const removed = (row) => {
    const hadFocus = row.element.contains(document.activeElement);
    rows.splice(rows.indexOf(row), 1);
    row.element.remove();
    if (rows.length === 0 && title.value === row.suggestedTitle) title.value = "";
    arrange();
    if (hadFocus) field.focus();
  };
  const arrange = () => {
    const areMany = rows.length > 1;
    list.hidden = rows.length === 0;
    field.required = rows.length === 0;
    for (const part of form.querySelectorAll("[data-single]")) part.hidden = areMany;
    title.required = !areMany;
    // What was typed as the title stays with its file when files come and go.
    if (areMany && !wereMany && title.value) rows[0].title = title.value;
    if (rows.length === 1 && (wereMany || !title.value)) title.value = rows[0].title;
    for (const row of rows) row.showTitle(areMany);
    wereMany = areMany;
  };

  const takeChosen = () => {
    add([...field.files]);
    field.value = "";
  };

  field.addEventListener("change", takeChosen);
  // Somebody may have been quicker than this script.
  takeChosen();
  dropZone(drop, add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, rows);
  });
  addEventListener("beforeunload", (event) => {
    if (rows.some((row) => row.isSending)) event.preventDefault();
  });
}

/** Something that was recorded in this browser may wait here for ever. */
async function remindOfRecordings() {
  const note = document.querySelector("[data-unfinished]");
  const { hasUnfinished } = await import("./record-unfinished.js");
  note.hidden = !(await hasUnfinished(note.dataset.unfinished));
}

function dropZone(zone, add) {
  const light = (on) => zone.classList.toggle("over", on);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    light(true);
  });
  zone.addEventListener("dragleave", () => light(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    light(false);
    add([...event.dataTransfer.files]);
  });
}

/** Make an episode of every upload that arrives, and go to where they can be seen; files that
 * were refused, stopped or removed hold up nobody. */
async function save(form, rows) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  showErrors(form, {});
  announce("Saving as soon as everything has arrived.");
  await Promise.all(rows.map((row) => saveOne(form, rows, row)));
  button.disabled = false;
  const left = rows.filter((row) => !row.episode);
  if (rows.length === 0) {
    announce("There is no file left to save.", "bad");
  } else if (left.length > 0) {
    const reasons = left.map((row) => `${row.file.name}: ${row.sentence}`);
    announce(`${count(left.length, "file")} could not be saved. ${reasons.join(" ")}`, "bad");
  } else {
    location.assign(rows.length === 1 ? new URL(rows[0].episode.url).pathname : "/");
  }
}

async function saveOne(form, rows, row) {
  if (row.episode) return;
  const uploadId = await row.arrival;
  if (uploadId === null) return;
  row.startSaving();
  const isOneOfMany = rows.length > 1;
  try {
    const episode = await sendJson(form.dataset.episodes, {
      ...details(form),
      upload_id: uploadId,
      title: isOneOfMany ? row.title : form.elements.title.value,
      captions: isOneOfMany ? null : await readCaptions(form),
    });
    await row.saved(episode);
  } catch (error) {
    await row.notSaved(error);
    showErrors(form, error.fields ?? {});
  }
}

/** The text of the caption file, or null. */
async function readCaptions(form) {
  const [file] = form.elements.captions.files;
  return file ? file.text() : null;
}
