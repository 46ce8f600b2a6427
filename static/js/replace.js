// Another recording in the place of one that is there: one file, sent in pieces like any upload.
import { announce } from "./dom.js";
import { sendJson } from "./requests.js";
import { UploadRow } from "./upload-row.js";
import { _ } from "./words.js";

export default function replace(form) {
  const list = form.querySelector("[data-list]");
  const field = form.querySelector("[type=file]");
  let row = null;

  const show = () => {
    list.hidden = row === null;
    field.required = row === null;
  };
  const removed = () => {
    row.element.remove();
    row = null;
    show();
    field.focus();
  };
  const take = () => {
    const [file] = field.files;
    field.value = "";
    if (!file) return;
    // The server forgets what nobody goes on with; a file chosen anew is the one that is meant.
    if (row) row.cancel();
    row = new UploadRow(file, form, { isTaken: () => false, removed });
    list.append(row.element);
    show();
    row.start();
  };
  field.addEventListener("change", take);
  // Somebody may have been quicker than this script.
  take();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (row) send(form, row);
  });
  addEventListener("beforeunload", (event) => {
    if (row?.isUnderWay) event.preventDefault();
  });
}

async function send(form, row) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  announce(_("Replacing the recording as soon as the new one has arrived."));
  const uploadId = await row.arrival;
  try {
    if (uploadId === null) return;
    row.startSaving();
    await row.saved(await sendJson(form.dataset.target, { upload_id: uploadId }));
    location.hash = "versions";
    location.reload();
  } catch (error) {
    await row.notSaved(error);
    announce(error.message, "bad");
  } finally {
    button.disabled = false;
  }
}
