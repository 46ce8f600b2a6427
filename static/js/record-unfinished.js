// Recordings that were never finished: the browser crashed, the page was closed, the lid was shut.
import { takeBack } from "./record-sender.js";
import { openStore } from "./record-store.js";
import { Take } from "./record-take.js";
import { clock } from "./time.js";
import { _, dated } from "./words.js";

const NAMES = {
  microphone: _("Microphone"),
  camera: _("Camera"),
  screen: _("Screen"),
  "screen-camera": _("Screen and camera"),
};

// What this page itself holds.
const own = new Set();

export class Unfinished {
  constructor(studio, review) {
    this.studio = studio;
    this.review = review;
    this.place = studio.root.querySelector("[data-unfinished]");
    studio.machine.addEventListener("moved", ({ detail }) => {
      if (studio.machine.state !== "idle") return;
      this.list(detail.event === "discard" ? studio.take.row.id : null);
    });
  }

  /** Offer what is there; what was thrown away just now can be had back. */
  async list(discarded = null) {
    await this.#purge(discarded);
    const rows = await unfinishedOf(this.studio.store, this.studio.owner);
    const takes = await Promise.all(rows.map((row) => Take.reopen(this.studio.store, row)));
    const shown = [];
    for (const take of takes) {
      if (take.ms > 0) shown.push(this.#row(take));
      else await take.remove();
    }
    this.place.replaceChildren(...shown);
    this.place.hidden = shown.length === 0;
    if (discarded) this.place.querySelector("[data-act=undo]:not([hidden])")?.focus();
  }

  async #purge(spared) {
    const { store, owner } = this.studio;
    for (const row of await unfinishedOf(store, owner)) {
      if (row.isDiscarded && row.id !== spared) await forget(store, row);
    }
  }

  #row(take) {
    const row = document.getElementById("unfinished").content.firstElementChild.cloneNode(true);
    const { begun, kind, isDiscarded } = take.row;
    const what = { what: NAMES[kind], when: dated(begun), length: clock(take.ms / 1000) };
    row.querySelector("[data-what]").textContent = isDiscarded
      ? _("Discarded: %(what)s, %(when)s, %(length)s.", what)
      : _("Not finished: %(what)s, %(when)s, %(length)s. It is kept in this browser.", what);
    const acts = {
      recover: () => this.#recover(take),
      undo: () => this.#recover(take),
      remove: () => this.#remove(take),
    };
    for (const button of row.querySelectorAll("[data-act]")) {
      button.hidden = isDiscarded === (button.dataset.act !== "undo");
      button.addEventListener("click", acts[button.dataset.act]);
    }
    return row;
  }

  async #recover(take) {
    hold(take.row.id);
    await take.keep({ isDiscarded: false });
    this.review.recover(take);
  }

  async #remove(take) {
    await take.keep({ isDiscarded: true });
    await this.list(take.row.id);
  }
}

/** Whether a recording of somebody waits in this browser; other pages remind them. */
export async function hasUnfinished(owner) {
  const store = await openStore().catch(() => null);
  const rows = store ? await unfinishedOf(store, owner) : [];
  return rows.some((row) => !row.isDiscarded);
}

/** While a page works on a take, no other tab offers it. A page that has gone holds nothing. */
export function hold(id) {
  if (own.has(id)) return;
  own.add(id);
  navigator.locks?.request(lockOf(id), () => new Promise(() => {}));
}

async function unfinishedOf(store, owner) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const busy = new Set(held.map((lock) => lock.name));
  const rows = (await store.takes()).filter((row) => row.owner === owner);
  return rows.filter((row) => own.has(row.id) || !busy.has(lockOf(row.id)));
}

async function forget(store, row) {
  await takeBack(row.upload);
  await store.remove(row.id);
}

function lockOf(id) {
  return `take-${id}`;
}
