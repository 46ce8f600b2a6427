// The address decides where an episode starts, and where a clip of it ends: ?t=96.2&end=104.8.
import { clock, placeAt } from "./time.js";
import { _, written } from "./words.js";

const WAVE = { width: 1000, height: 54 };
// Files begin and end between two pictures: so far outside still counts as inside.
const NEAR_S = 0.3;

/**
 * Go to the moment that the address names. Returns the clip, which `isOn` while only that span
 * plays, and whether the address has named anything.
 */
export function openMoment(player) {
  const query = new URLSearchParams(location.search);
  const start = Number(query.get("t")) || 0;
  const end = Number(query.get("end")) || 0;
  if (start > 0) player.seek(start);
  const clip = { isOn: end > start, isNamed: start > 0 || end > start, start, end };
  if (clip.isOn) playClip(player, clip);
  return clip;
}

/** Links with data-seek move the player instead of leaving the page. */
export function seekLinks(player) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-seek]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (!link.hash) event.preventDefault();
    const seconds = Number(link.dataset.seek);
    player.seek(seconds);
    history.replaceState(null, "", link.hash || placeAt(seconds));
  });
}

/** Play this span and no more, until somebody wants to play on or goes elsewhere. */
function playClip(player, clip) {
  const { root, media } = player;
  const { start, end } = clip;
  const notice = root.querySelector("[data-clip]");
  const length = _("%(number)s s", { number: written(Math.max(1, Math.round(end - start))) });
  notice.hidden = false;
  const values = { length, author: notice.dataset.clip, start: clock(start), end: clock(end) };
  notice.querySelector("[data-clip-text]").textContent = _(
    "Clip, %(length)s, from %(author)s’s episode, %(start)s to %(end)s",
    values,
  );
  const ticks = markEnds(player, clip);

  const watch = ({ detail: time }) => {
    if (time < end || !player.isPlaying) return;
    player.pause();
    root.dispatchEvent(new CustomEvent("clipend"));
  };
  // Whoever presses play at its end wants to hear it again.
  const again = () => {
    if (player.time >= end) player.seek(start);
  };
  const leave = () => {
    clip.isOn = false;
    root.removeEventListener("tick", watch);
    root.removeEventListener("play", again, true);
    media.removeEventListener("seeking", look);
    notice.hidden = true;
    ticks.remove();
  };
  const look = () => {
    const { time } = player;
    if (time < start - NEAR_S || time > end + NEAR_S) leave();
  };
  root.addEventListener("tick", watch);
  // Before the player hears of it, and finds that the end is reached.
  root.addEventListener("play", again, true);
  media.addEventListener("seeking", look);
  notice.querySelector("button").addEventListener("click", () => {
    root.querySelector("[data-do=play]").focus();
    leave();
    history.replaceState(null, "", placeAt(player.time));
    player.play();
  });
}

/** Shade what does not belong to the clip, so that its ends are seen on the waveform. */
function markEnds(player, { start, end }) {
  const layer = player.root.querySelector("[data-outside]");
  const place = (seconds) => (Math.min(seconds / player.duration, 1) * WAVE.width).toFixed(1);
  const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  for (const [from, to] of [
    [0, place(start)],
    [place(end), WAVE.width],
  ]) {
    const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    shade.setAttribute("x", from);
    shade.setAttribute("width", Math.max(0, to - from));
    shade.setAttribute("height", WAVE.height);
    group.append(shade);
  }
  layer.append(group);
  return group;
}
