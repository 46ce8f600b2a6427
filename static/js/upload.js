// The upload page: files go up while people describe them, then become episodes.
import { announce, csrfToken } from "./dom.js";
import { count } from "./time.js";
import { UploadRow } from "./upload-row.js";

export default function upload(form) {
  const rows = [];
  const list = form.querySelector("[data-list]");
  const field = form.querySelector("#file");
  const drop = form.querySelector(".drop");
  field.multiple = true;

  const add = (files) => {
    for (const file of files) {
      const row = new UploadRow(file, form, () => remove(row));
      rows.push(row);
      list.append(row.element);
      row.start();
    }
    arrange();
  };
  const remove = (row) => {
    rows.splice(rows.indexOf(row), 1);
    row.element.remove();
    arrange();
  };
  const arrange = () => {
    list.hidden = rows.length === 0;
    field.required = rows.length === 0;
    for (const part of form.querySelectorAll("[data-single]")) part.hidden = rows.length > 1;
    const title = form.elements.title;
    title.required = rows.length < 2;
    if (rows.length === 1 && !title.value) title.value = rows[0].suggestedTitle;
    for (const row of rows) row.showTitle(rows.length > 1);
  };

  field.addEventListener("change", () => {
    add([...field.files]);
    field.value = "";
  });
  dropZone(drop, add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, rows);
  });
  addEventListener("beforeunload", (event) => {
    if (rows.some((row) => row.isSending)) event.preventDefault();
  });
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

/** Wait for every upload, make an episode of each, and go to where it can be seen. */
async function save(form, rows) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  announce("Saving as soon as everything has arrived.");
  const results = await Promise.all(rows.map((row) => saveOne(form, row, rows.length > 1)));
  button.disabled = false;
  const made = results.filter(Boolean);
  if (made.length < rows.length) {
    announce(`${count(rows.length - made.length, "file")} could not be saved.`, "bad");
    return;
  }
  location.assign(made.length === 1 ? new URL(made[0].url).pathname : "/");
}

async function saveOne(form, row, isOneOfMany) {
  if (row.episode) return row.episode;
  try {
    const uploadId = await row.finished;
    row.episode = await createEpisode(form, {
      ...details(form),
      upload_id: uploadId,
      title: isOneOfMany ? row.title : form.elements.title.value,
      captions: isOneOfMany ? null : await readCaptions(form),
    });
    row.say("Saved. Processing has begun.");
    return row.episode;
  } catch (error) {
    row.say(error.message, true);
    showErrors(form, error.fields ?? {});
    return null;
  }
}

function details(form) {
  const data = new FormData(form);
  return {
    description: data.get("description"),
    tags: data
      .get("tags")
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    language: data.get("language") || null,
    audience: data.get("audience"),
    publish: data.has("publish"),
    group_ids: data.getAll("group_ids"),
  };
}

/** The text of the caption file, or null. */
async function readCaptions(form) {
  const [file] = form.elements.captions.files;
  return file ? file.text() : null;
}

async function createEpisode(form, body) {
  return request(form.dataset.episodes, "POST", "application/json", JSON.stringify(body));
}

/** Send a request of ours; a refusal becomes an Error with the sentence people read. */
async function request(address, method, type, body) {
  const headers = { "Content-Type": type, "X-CSRFToken": csrfToken() };
  const response = await fetch(address, { method, headers, body });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  const error = new Error(problem.detail ?? "The server does not answer. Please try again.");
  error.fields = problem.errors;
  throw error;
}

function showErrors(form, fields) {
  for (const old of form.querySelectorAll(".error[data-scripted]")) old.remove();
  for (const [name, sentence] of Object.entries(fields)) {
    const input = form.elements[name];
    const holder = (input?.closest ? input : input?.[0])?.closest(".field");
    if (!holder) continue;
    const note = document.createElement("p");
    note.className = "error";
    note.dataset.scripted = "";
    note.textContent = sentence;
    holder.append(note);
  }
}
