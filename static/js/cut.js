// Trim and mute: times are set where the playhead is, and an edit can be tried before it is saved.
// Times in the form are those of the recording; what plays may begin later in it.
import { isShortcut } from "./shortcuts.js";
import { exact, seconds } from "./time.js";
import { _ } from "./words.js";

export default function cut(root) {
  const form = root.querySelector("form");
  if (!form) return;
  const media = root.querySelector("video, audio");
  const offset = Number(root.dataset.offset);
  const head = () => (media ? media.currentTime + offset : 0);
  spanRows(root, form);
  if (!media) {
    for (const button of root.querySelectorAll("[data-now-to]")) button.hidden = true;
    return;
  }
  setTimes(root, form, head);
  showHead(root, media, head);
  preview(root, form, media, offset);
}

function setTimes(root, form, head) {
  const set = (field) => {
    field.value = exact(head());
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  form.addEventListener("click", (event) => {
    const name = event.target.closest("[data-now-to]")?.dataset.nowTo;
    if (!name) return;
    const row = event.target.closest(".span-row") ?? form;
    set(row.querySelector(`[name=${name}]`));
  });
  root.addEventListener("keydown", (event) => {
    const name = { "[": "start", "]": "end" }[event.key];
    if (!name || !isShortcut(event)) return;
    event.preventDefault();
    set(form.elements[name]);
  });
}

function showHead(root, media, head) {
  const output = root.querySelector("[data-head]");
  const show = () => {
    output.textContent = exact(head());
  };
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) media.addEventListener(name, show);
  show();
}

/** Rows come and go; each keeps labels of its own. */
function spanRows(root, form) {
  const list = form.querySelector("[data-spans]");
  const empty = root.querySelector("template").content.firstElementChild;
  const number = () => {
    [...list.children].forEach((row, index) => rename(row, index + 1));
  };
  const isEmpty = (row) => [...row.querySelectorAll("input")].every((field) => !field.value);
  form.querySelector("[data-more]").addEventListener("click", (event) => {
    event.preventDefault();
    const last = list.lastElementChild;
    if (!last || !isEmpty(last)) list.append(empty.cloneNode(true));
    number();
    list.lastElementChild.querySelector("input").focus();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    button.closest(".span-row").remove();
    number();
    form.querySelector("[data-more]").focus();
  });
}

function rename(row, number) {
  row.setAttribute("aria-label", _("Span %(number)s", { number }));
  const drop = row.querySelector("[data-drop]");
  drop.setAttribute("aria-label", _("Remove span %(number)s", { number }));
  for (const field of row.querySelectorAll("input, select")) {
    const label = row.querySelector(`label[for="${field.id}"]`);
    field.id = `${field.name}-${number}`;
    label.htmlFor = field.id;
  }
}

/** Play what would be played: from the start to the end, silent and blurred where it would be. */
function preview(root, form, media, offset) {
  const box = root.querySelector("[data-preview]");
  const apply = () => {
    if (!box.checked) return;
    const now = media.currentTime + offset;
    const inside = (kind) => spansOf(form, kind).some(([start, end]) => start <= now && now < end);
    media.muted = inside("mute");
    media.classList.toggle("blurred", inside("blur"));
    if (media.paused) return;
    const start = seconds(form.elements.start.value) ?? 0;
    const end = seconds(form.elements.end.value) ?? Infinity;
    if (now < start) media.currentTime = start - offset;
    if (now >= end) media.pause();
  };
  const follow = () => {
    apply();
    if (!media.paused) requestAnimationFrame(follow);
  };
  box.addEventListener("change", () => {
    media.muted = false;
    media.classList.remove("blurred");
    apply();
  });
  media.addEventListener("play", follow);
  media.addEventListener("seeked", apply);
}

function spansOf(form, kind) {
  return [...form.querySelectorAll(".span-row")]
    .filter((row) => row.querySelector("select").value === kind)
    .map((row) => ["from", "to"].map((name) => seconds(row.querySelector(`[name=${name}]`).value)))
    .filter(([start, end]) => start !== null && end !== null);
}
