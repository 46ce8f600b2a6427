// The address decides where an episode starts, and where a clip of it ends: ?t=96.2&end=104.8.
import { clock, moment } from "./time.js";

/** Go to the moment that the address names; a clip stops at its end and offers to go on. */
export function openMoment(player) {
  const query = new URLSearchParams(location.search);
  const start = Number(query.get("t"));
  const end = Number(query.get("end"));
  if (start > 0) player.seek(start);
  if (end > start) playClip(player, start, end);
}

/** Links with data-seek move the player instead of leaving the page. */
export function seekLinks(player) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-seek]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (!link.hash) event.preventDefault();
    const seconds = Number(link.dataset.seek);
    player.seek(seconds);
    history.replaceState(null, "", link.hash || moment(seconds));
  });
}

function playClip(player, start, end) {
  const notice = document.querySelector("[data-clip]");
  notice.hidden = false;
  const length = `${Math.max(1, Math.round(end - start))} s`;
  notice.querySelector("[data-clip-text]").textContent =
    `Clip, ${length}, from ${notice.dataset.clip}’s episode, ${clock(start)} to ${clock(end)}`;
  const stop = ({ detail: time }) => {
    if (time >= end && player.isPlaying) player.pause();
  };
  const leave = () => {
    player.root.removeEventListener("tick", stop);
    notice.hidden = true;
  };
  player.root.addEventListener("tick", stop);
  notice.querySelector("button").addEventListener("click", () => {
    leave();
    history.replaceState(null, "", moment(player.time));
    player.play();
  });
}
