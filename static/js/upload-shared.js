// What other apps have shared into the installed site (see service-worker.js) waits on the upload
// page until somebody says that it be uploaded: it may have been shared by somebody else, or be put
// there by a website that nobody has asked.
import { announce } from "./dom.js";
import { forgetShared, listShared } from "./shared-files.js";
import { _, listed } from "./words.js";

const FAILED = _(
  "What another app has shared could not be kept in this browser. Choose the file here instead.",
);

export class Shared {
  /** `page` adds the files; `place` offers them and is hidden while there are none. */
  constructor(place, page) {
    this.place = place;
    this.page = page;
    this.entries = [];
    place.querySelector("[data-take]").addEventListener("click", () => this.#take());
    place.querySelector("[data-throw]").addEventListener("click", () => this.#throw());
  }

  /** Offer what is there; whoever comes from sharing something is led to it. */
  async offer() {
    const said = takeOutcome();
    if (said === "failed") announce(FAILED, "bad");
    this.entries = await listShared().catch(() => []);
    if (this.entries.length === 0) return;
    const names = this.entries.map(({ file }) => file.name);
    this.place.querySelector("[data-names]").textContent = listed(names);
    this.place.hidden = false;
    if (said && said !== "failed") this.place.focus();
  }

  /** It is an episode, or was taken out of the list: until then nothing of it is lost. */
  settle(file) {
    const keys = this.entries.filter((entry) => isSame(entry.file, file)).map(({ key }) => key);
    if (keys.length > 0) forgetShared(keys).catch(() => {});
  }

  #take() {
    this.#leave();
    this.page.add(this.entries.map(({ file }) => file));
  }

  async #throw() {
    this.#leave();
    await forgetShared(this.entries.map(({ key }) => key)).catch(() => {});
    announce(_("What was shared is thrown away."));
  }

  #leave() {
    this.place.hidden = true;
    this.page.field.focus();
  }
}

/** How sharing went, if this page is its end; loading the page anew does not say it again. */
function takeOutcome() {
  const address = new URL(location.href);
  const said = address.searchParams.get("shared");
  address.searchParams.delete("shared");
  if (said) history.replaceState(history.state, "", address);
  return said;
}

function isSame(one, other) {
  return ["name", "size", "lastModified"].every((key) => one[key] === other[key]);
}
