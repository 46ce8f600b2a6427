// What the house is told of listening: where somebody has stopped, and that it was played at all.
import { tell } from "./requests.js";
import { clock } from "./time.js";
import { _ } from "./words.js";

const SAVE_EVERY_S = 10;
const MOVED_S = 1;
// Whichever comes first makes a play.
const PLAYED_S = 10;
const PLAYED_SHARE = 0.3;
// What time jumps over was not heard. A page that is hidden or busy hears of the time seldom, and of
// more of it at once the faster it plays.
const STEP_S = 1.5;

/** Count a play, and keep where people stop unless they want no history or hear just a clip. */
export function listening(player, clip) {
  const address = `/api/v1/episodes/${player.root.dataset.episode}`;
  countPlay(player, address);
  if (player.root.dataset.history === "on") keepPlace(player, address, clip);
}

/** Go on where this person has stopped, on whatever device. */
export function goOn(player) {
  const notice = player.root.querySelector("[data-resume]");
  const place = Number(player.root.dataset.position);
  if (!place) return;
  player.seek(place);
  notice.hidden = false;
  notice.querySelector("span").textContent = _("Continue from %(time)s, where you stopped", {
    time: clock(place),
  });
  const leave = () => {
    notice.hidden = true;
    player.root.removeEventListener("tick", watch);
  };
  const watch = ({ detail: time }) => {
    if (Math.abs(time - place) > SAVE_EVERY_S) leave();
  };
  player.root.addEventListener("tick", watch);
  notice.querySelector("button").addEventListener("click", () => {
    player.seek(0);
    player.root.querySelector("[data-do=play]").focus();
    leave();
    player.play();
  });
}

function countPlay(player, address) {
  const { root } = player;
  let heard = 0;
  let before = player.time;
  const listen = ({ detail: time }) => {
    const step = time - before;
    before = time;
    if (!player.isPlaying || step <= 0 || step > STEP_S * player.rate) return;
    heard += step;
    if (heard < Math.min(PLAYED_S, player.duration * PLAYED_SHARE)) return;
    root.removeEventListener("tick", listen);
    tell("POST", `${address}/plays`);
  };
  root.addEventListener("tick", listen);
}

function keepPlace(player, address, clip) {
  const { root, media } = player;
  // What another device has said since stays, unless somebody listens here.
  let known = null;
  let last = Promise.resolve();
  const save = (isLeaving = false) => {
    const { time } = player;
    if (known === null || clip.isOn || Math.abs(time - known) < MOVED_S) return;
    known = time;
    const send = () => tell("PUT", `${address}/position`, { position: time });
    // One after the other, or an older one might arrive last; who leaves can't wait.
    last = isLeaving ? send() : last.then(send);
  };
  media.addEventListener("play", () => {
    known ??= player.time;
  });
  root.addEventListener("tick", ({ detail: time }) => {
    if (player.isPlaying && Math.abs(time - known) >= SAVE_EVERY_S) save();
  });
  media.addEventListener("pause", () => save());
  media.addEventListener("ended", () => save());
  addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save(true);
  });
}
