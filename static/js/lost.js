// Whoever asks a page for something hears when no answer comes. What our own server refuses it says
// itself (mediashare/web/error_pages.py); what stands before it may refuse without a word.
import { complain } from "./dom.js";
import { LOST, SILENT } from "./requests.js";

// What pages ask for by themselves comes again, or nobody waits for it.
const UNASKED = "[hx-trigger^=every], [hx-trigger^=input], [hx-trigger=revealed]";

/** Say it right behind what was chosen, until it is chosen anew. */
export function lost() {
  const notes = new WeakMap();
  const say = (sentence, chosen) => {
    if (chosen.matches?.(UNASKED) === false) notes.set(chosen, complain(sentence, chosen));
  };
  document.addEventListener("htmx:before:request", ({ target }) => notes.get(target)?.remove());
  document.addEventListener("htmx:error", ({ target }) => say(LOST, target));
  document.addEventListener("htmx:response:error", ({ target, detail: { ctx } }) => {
    if (ctx.response.status < 500 || ctx.hx.retarget) return;
    ctx.swap = "none";
    say(SILENT, target);
  });
}
