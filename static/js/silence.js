// Passes silence quickly. It plays it at four times the speed and does not jump over it: a jump
// costs a pause of its own, and of most gaps between sentences that is all there is to gain.
import { announce } from "./dom.js";
import { _, n_, written } from "./words.js";

const SHORTEST_S = 0.5;
// So much of it stays at its ends, so that no breath and no soft consonant is hurried: more at the
// second one, because a browser takes some time to slow down.
const AFTER_S = 0.1;
const BEFORE_S = 0.25;
// It is noticed so late at most that a gap is over, where nobody has jumped: at four times the speed
// a page that hears of the time four times a second is a second further by then.
const LATE_S = 2;
// What is silent altogether is there to be looked at.
const MOST = 0.9;

/** Returns what the deck may ask of it: `toggle`. Where it is silent is asked for when needed. */
export function silence(player) {
  const { root } = player;
  const button = root.querySelector("[data-do=silence]");
  const label = button.querySelector("small");
  let isOn = localStorage.getItem("skip-silence") === "on";
  let gaps = null;
  let entered = null;
  let ends = null;
  let saved = 0;

  const show = () => {
    const whole = Math.floor(saved);
    button.setAttribute("aria-pressed", isOn);
    const saving = _("−%(number)s s", { number: written(whole) });
    label.textContent = isOn && whole > 0 ? saving : "";
    button.setAttribute("aria-label", whole > 0 ? named(whole) : _("Skip silence"));
  };
  const leave = () => {
    // Whoever has jumped from it elsewhere has heard nobody knows how much of it.
    const { time } = player;
    const wasLeft = time >= entered && time <= ends + LATE_S;
    const passed = wasLeft ? Math.min(time, ends) - entered : 0;
    const gain = player.hurry(false);
    saved += (passed / player.rate) * (1 - 1 / gain);
    entered = null;
    show();
  };
  const check = () => {
    const { time } = player;
    const gap = isOn && player.isPlaying ? gapAt(gaps ?? [], time) : null;
    if (!gap && entered !== null) leave();
    if (!gap || entered !== null) return;
    entered = time;
    ends = gap.end;
    const gain = player.hurry(true);
    // Pages that nobody sees hear of the time too seldom to stop in time.
    setTimeout(check, ((gap.end - time) / (gain * player.rate)) * 1000);
  };
  const load = async () => {
    if (!isOn || gaps) return;
    gaps = [];
    gaps = await ask(`/api/v1/episodes/${root.dataset.episode}`);
  };
  root.addEventListener("tick", check);
  player.media.addEventListener("play", load);
  player.media.addEventListener("pause", check);
  show();
  return {
    async toggle() {
      isOn = !isOn;
      localStorage.setItem("skip-silence", isOn ? "on" : "off");
      show();
      check();
      await load();
      if (isOn && gaps.length === 0) announce(_("There is no silence to skip here."));
    },
  };
}

function named(seconds) {
  return n_(
    "Skip silence, %(num)s second saved",
    "Skip silence, %(num)s seconds saved",
    seconds,
  );
}

function gapAt(gaps, time) {
  return gaps.find(({ start, end }) => time >= start && time < end);
}

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return [];
  const { duration, silences } = (await answer.json()).media;
  const whole = silences.reduce((sum, [start, end]) => sum + end - start, 0);
  if (whole > duration * MOST) return [];
  return silences
    .filter(([start, end]) => end - start > SHORTEST_S)
    .map(([start, end]) => ({ start: start + AFTER_S, end: end - BEFORE_S }));
}
