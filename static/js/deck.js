// The deck under the picture: buttons, clock, waveform and the pins of comments.
import { setIcon } from "./dom.js";
import { SOUND } from "./sources.js";
import { storyboard } from "./storyboard.js";
import { clock, spoken } from "./time.js";
import { _, written } from "./words.js";

const WAVE_WIDTH = 1000;
const ARROW_S = 5;

/** Connect the deck's controls with the player and keep them showing what it does. */
export function deck(player, { captions, outline, silence, openComment }) {
  const { root } = player;
  root.classList.add("ready");
  buttons(player, { captions, silence });
  scrubber(player, outline);
  pins(player, openComment);
  states(player);
  fold(root);
}

function buttons(player, { captions, silence }) {
  const { root } = player;
  const acts = {
    play: () => player.toggle(),
    back: () => player.back(),
    forward: () => player.forward(),
    rate: () => player.changeRate(),
    mute: () => player.mute(),
    captions: () => captions.toggle(),
    silence: () => silence.toggle(),
    audio: () => player.toggleSound(),
    pip: () => player.pictureInPicture(),
    full: () => player.fullScreen(),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do]();
    else if (event.target === player.media) player.toggle();
  });
  const { media } = player;
  const hasFull = document.fullscreenEnabled || "webkitEnterFullscreen" in media;
  for (const [name, isThere] of Object.entries({
    pip: document.pictureInPictureEnabled === true,
    full: hasFull,
  })) {
    const button = root.querySelector(`[data-do=${name}]`);
    if (button) button.hidden = !isThere;
  }
}

/** Where the deck has no room for them, some controls wait in a sheet behind one button. */
function fold(root) {
  const sheet = root.querySelector("#deck-more");
  if (!sheet.showPopover) return;
  const opener = root.querySelector(".unfold");
  const narrow = matchMedia("(max-width: 900px)");
  const narrowest = matchMedia("(max-width: 360px)");
  const parts = [...root.querySelectorAll(".opt, .opt-last")].map((part) => {
    const place = document.createComment(part.dataset.do ?? "");
    part.before(place);
    return { part, place, isFolded: part.matches(".opt-last") ? narrowest : narrow };
  });
  const arrange = () => {
    opener.hidden = !narrow.matches;
    if (!narrow.matches) sheet.hidePopover();
    for (const { part, place, isFolded } of parts) {
      if (isFolded.matches) sheet.append(part);
      else place.after(part);
    }
  };
  narrow.addEventListener("change", arrange);
  narrowest.addEventListener("change", arrange);
  arrange();
}

function scrubber(player, outline) {
  const { root } = player;
  const slider = root.querySelector(".scrub input");
  const played = root.querySelector(".scrub [data-played]");
  const needle = root.querySelector(".scrub .now");
  const clocks = document.querySelectorAll("[data-now]");
  slider.addEventListener("input", () => player.seek(Number(slider.value)));
  slider.addEventListener("keydown", (event) => {
    const step = {
      ArrowLeft: -ARROW_S,
      ArrowDown: -ARROW_S,
      ArrowRight: ARROW_S,
      ArrowUp: ARROW_S,
    };
    if (!(event.key in step)) return;
    event.preventDefault();
    player.seek(player.time + step[event.key]);
  });
  const paint = () => {
    const { time, duration } = player;
    slider.max = duration;
    slider.value = time;
    const chapter = outline.titleAt(time);
    const place = { time: spoken(time), length: spoken(duration), chapter };
    const where = chapter
      ? _("%(time)s of %(length)s, chapter %(chapter)s", place)
      : _("%(time)s of %(length)s", place);
    slider.setAttribute("aria-valuetext", where);
    played.setAttribute("width", (time / duration) * WAVE_WIDTH);
    needle.style.setProperty("left", `${(time / duration) * 100}%`);
    for (const element of clocks) element.textContent = clock(time);
  };
  root.addEventListener("tick", paint);
  hover(player);
  paint();
}

/** Show the time at the pointer and, where there is a storyboard, what is seen then. */
function hover(player) {
  const scrub = player.root.querySelector(".scrub");
  const tip = scrub.querySelector(".tip");
  const board = storyboard(player.root.dataset.storyboard, tip.querySelector("canvas"));
  scrub.addEventListener("pointermove", (event) => {
    const box = scrub.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const half = tip.offsetWidth / 2;
    const left = Math.min(Math.max(share * box.width, half), box.width - half);
    tip.style.setProperty("left", `${left}px`);
    tip.querySelector("b").textContent = clock(share * player.duration);
    board.show(share * player.duration);
  });
}

/** Put every comment that is about a moment on the waveform; a pin leads to its comment. */
function pins(player, openComment) {
  const list = player.root.querySelector(".pins");
  const put = () => {
    const found = document.querySelectorAll(".talk [data-pin]");
    list.replaceChildren(...[...found].map((comment) => makePin(comment, player.duration)));
  };
  put();
  list.addEventListener("click", (event) => {
    const pin = event.target.closest("a");
    if (pin) openComment(document.getElementById(pin.hash.slice(1)));
  });
  document.addEventListener("htmx:after:swap", put);
}

function makePin(comment, duration) {
  const seconds = Number(comment.dataset.pin);
  const pin = document.createElement("a");
  pin.href = `#${comment.id}`;
  pin.dataset.seek = seconds;
  const name = { comment: comment.dataset.pinLabel, time: clock(seconds) };
  pin.setAttribute("aria-label", _("%(comment)s at %(time)s", name));
  pin.style.setProperty("left", `${(seconds / duration) * 100}%`);
  return pin;
}

function states(player) {
  const { root, media } = player;
  const button = (name) => root.querySelector(`[data-do=${name}]`);
  const showPlaying = () => {
    button("play").setAttribute("aria-label", player.isPlaying ? _("Pause") : _("Play"));
    setIcon(button("play"), player.isPlaying ? "pause" : "play");
  };
  const showRate = () => {
    const rate = written(player.rate, 0, 2);
    root.querySelector("[data-rate]").textContent = `${rate}×`;
    button("rate").setAttribute("aria-label", _("Playback speed, %(rate)s×", { rate }));
  };
  const showMute = () => {
    button("mute").setAttribute("aria-label", media.muted ? _("Unmute") : _("Mute"));
    setIcon(button("mute"), media.muted ? "volume-x" : "volume-2");
  };
  const showSources = () => {
    const isAlone = player.playback.choice === SOUND;
    button("audio")?.setAttribute("aria-pressed", isAlone);
    showPlaying();
  };
  root.addEventListener("sources", showSources);
  media.addEventListener("play", showPlaying);
  media.addEventListener("pause", showPlaying);
  media.addEventListener("ratechange", showRate);
  media.addEventListener("volumechange", showMute);
  showRate();
  showMute();
  showSources();
}
