// Entry point: what every page has, and the islands that a page asks for by data-island.
import htmx from "htmx.org/dist/htmx.esm.js";
import { shortcuts } from "./shortcuts.js";
import { suggest } from "./suggest.js";
import { folds, menus } from "./menus.js";
import { tray } from "./tray.js";
import { lost } from "./lost.js";

const islands = {
  cut: () => import("./cut.js"),
  embed: () => import("./embed.js"),
  episode: () => import("./episode.js"),
  record: () => import("./record.js"),
  replace: () => import("./replace.js"),
  results: () => import("./results.js"),
  upload: () => import("./upload.js"),
};

document.documentElement.classList.add("js");
// Not every browser has it or allows it, and the site works all the same without.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
shortcuts();
suggest();
menus();
folds();
lost();
for (const root of document.querySelectorAll("[data-island]")) {
  islands[root.dataset.island]().then((island) => {
    island.default(root, htmx);
    root.dataset.alive = "";
  });
}
tray();
