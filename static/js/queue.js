// A playlist that is being played: what comes next when this is over, and how to get there.
import { mention, wantsLessMotion } from "./dom.js";

const WAIT_S = 5;
const PLAY = "#play";

/** Begin at once where the link says so: whoever goes on in a playlist wants to hear it. */
export function playAtOnce(player) {
  if (location.hash !== PLAY) return;
  history.replaceState(null, "", location.pathname + location.search);
  player.play();
}

/** Bring the playlist to life; returns what keys may ask of it, or null where there is none. */
export function queue(player) {
  const section = document.querySelector("[data-queue]");
  if (!section) return null;
  goOnByItself(player, section);
  const follow = (name) => () => section.querySelector(`[rel=${name}]`)?.click();
  const has = (name) => section.querySelector(`[rel=${name}]`) !== null;
  return {
    next: has("next") ? follow("next") : null,
    previous: has("prev") ? follow("prev") : null,
  };
}

/** When this is over, wait a little, then go to what comes next, unless somebody stays. */
function goOnByItself(player, section) {
  const note = player.root.querySelector("[data-next]");
  if (!note) return;
  const box = section.querySelector("[data-goes-on]");
  const left = note.querySelector("[data-seconds]");
  let timer = null;

  const go = () => location.assign(note.dataset.next);
  const stay = () => {
    clearInterval(timer);
    timer = null;
    if (note.contains(document.activeElement)) player.root.querySelector("[data-do=play]").focus();
    note.hidden = true;
  };
  const wait = () => {
    if (timer !== null || !box.checked) return;
    let seconds = WAIT_S;
    left.textContent = seconds;
    note.hidden = false;
    note.classList.toggle("runs", !wantsLessMotion());
    mention(note.querySelector("span").textContent);
    timer = setInterval(() => {
      seconds -= 1;
      left.textContent = seconds;
      if (seconds > 0) return;
      clearInterval(timer);
      go();
    }, 1000);
  };
  player.media.addEventListener("ended", wait);
  player.root.addEventListener("clipend", wait);
  // Whoever plays or seeks has something else in mind than what comes next.
  for (const name of ["play", "seeking"]) player.media.addEventListener(name, stay);
  addEventListener("pagehide", stay);
  note.querySelector("[data-now-on]").addEventListener("click", go);
  note.querySelector("[data-stay]").addEventListener("click", stay);
  box.checked = localStorage.getItem("goes-on") !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem("goes-on", box.checked ? "on" : "off");
    if (!box.checked) stay();
  });
}
