// "Add to playlist": the page of that name in a dialog, for the whole or for a clip.
import { moment } from "./time.js";

/** Connect the link; returns what opens the dialog for a span. */
export function playlists(root, htmx) {
  const dialog = document.getElementById("playlists");
  const link = root.querySelector("[data-add-to-playlist]");
  const place = dialog.querySelector("[data-choice]");
  const open = async (query = "") => {
    place.replaceChildren();
    await htmx.ajax("GET", `${link.pathname}${query}`, { target: place, swap: "innerHTML" });
    // Nobody is signed in any more, or the connection is lost: the page has said so.
    if (place.childElementCount > 0) dialog.showModal();
  };
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  return { addClip: (start, end) => open(moment(start, end)) };
}
