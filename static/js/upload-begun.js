// Uploads that were begun in an earlier visit, here or on another device: going on with them.
import { announce } from "./dom.js";
import { nameOnServer, sizeOf } from "./upload-words.js";
import { takeBack } from "./record-sender.js";
import { openStore } from "./record-store.js";
import { _ } from "./words.js";

export class Begun {
  /** `page` adds files and adopts what has arrived; `place` is the list, which may not be there. */
  constructor(place, page) {
    this.place = place;
    this.page = page;
    this.rows = [...(place?.querySelectorAll("[data-upload]") ?? [])];
    for (const row of this.rows) this.#wire(row);
    if (place) this.#leaveOutRecordings();
  }

  /** What a file of the page is at is shown there, and not here as well. */
  refresh() {
    if (!this.place) return;
    for (const row of this.rows) row.hidden = row.isGone || this.page.isTaken(addressOf(this, row));
    const left = this.rows.filter((row) => !row.hidden).length;
    this.place.hidden = left === 0;
    this.place.querySelector(".chip").textContent = left;
  }

  #wire(row) {
    row.querySelector("[type=file]")?.addEventListener("change", ({ target }) => {
      const [file] = target.files;
      target.value = "";
      if (file) this.#goOn(row, file);
    });
    row.querySelector("[data-describe]")?.addEventListener("click", () => {
      this.page.adopt({ name: row.dataset.name, size: sizeIn(row), type: "" }, addressOf(this, row));
    });
    row.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#discard(row);
    });
  }

  /** Only the same file can be gone on with: the rest of another one would make rubbish of both. */
  #goOn(row, file) {
    const mismatch = row.querySelector("[data-mismatch]");
    const isSame = nameOnServer(file.name) === row.dataset.name && file.size === sizeIn(row);
    mismatch.hidden = isSame;
    mismatch.textContent = _(
      "“%(name)s” with %(size)s is another file: “%(wanted)s” has %(right)s.",
      {
        ...{ name: file.name, size: sizeOf(file.size) },
        ...{ wanted: row.dataset.name, right: sizeOf(sizeIn(row)) },
      },
    );
    if (isSame) this.page.add([file], addressOf(this, row));
    else announce(mismatch.textContent, "bad");
  }

  async #discard(row) {
    const { name } = row.dataset;
    const answer = await takeBack(addressOf(this, row));
    if (!answer?.ok && answer?.status !== 404) {
      return announce(_("%(name)s could not be discarded. Please try again.", { name }), "bad");
    }
    row.isGone = true;
    this.page.room.give(sizeIn(row));
    announce(_("The upload of %(name)s is discarded.", { name }));
    this.refresh();
    (this.place.hidden ? document.getElementById("file") : this.place.querySelector("summary")).focus();
  }

  /** What the studio keeps in this browser is gone on with there. */
  async #leaveOutRecordings() {
    const store = await openStore().catch(() => null);
    const kept = new Set((store ? await store.takes() : []).map((take) => take.upload));
    for (const row of this.rows) row.isGone ||= [...kept].some((at) => at?.endsWith(row.dataset.upload));
    this.refresh();
  }
}

function addressOf(begun, row) {
  return new URL(`${begun.page.endpoint}/${row.dataset.upload}`, location.href).href;
}

function sizeIn(row) {
  return Number(row.dataset.size);
}
