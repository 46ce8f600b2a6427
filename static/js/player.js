// The player: our own chrome over a native media element, one deck for audio and video.
// Everything that moves in time listens to the event "tick" of the player's element.
import { Playback } from "./playback.js";
import { AUTO, SOUND } from "./sources.js";

const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
const JUMP_S = 10;
// How fast silence is passed: the fastest at which every browser still plays sound.
const HURRY = 4;

export class Player {
  #rate = 1;
  #hurries = false;

  constructor(root) {
    this.root = root;
    this.media = root.querySelector("video, audio");
    this.media.controls = false;
    this.#setRate(Number(localStorage.getItem("rate")) || 1);
    this.playback = new Playback(root, this.media);
    this.#tellTheTime();
  }

  get duration() {
    const known = this.media.duration;
    return Number.isFinite(known) && known > 0 ? known : Number(this.root.dataset.duration);
  }

  get time() {
    return this.playback.time;
  }

  get isPlaying() {
    return this.playback.isPlaying;
  }

  /** The speed that people have chosen, whatever silence is passed at. */
  get rate() {
    return this.#rate;
  }

  /** Go to a second, also before anything of the media is known. */
  seek(seconds) {
    this.playback.seek(Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.1)));
    this.#tick();
  }

  play() {
    this.playback.play();
  }

  pause() {
    this.playback.pause();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  /** The sound alone, or the picture again; for this page only. */
  toggleSound() {
    const { playback } = this;
    const isAlone = playback.choice === SOUND;
    if (!isAlone) this.before = playback.choice;
    playback.choose(isAlone ? (this.before ?? AUTO) : SOUND, { remember: false });
  }

  back() {
    this.seek(this.time - JUMP_S);
  }

  forward() {
    this.seek(this.time + JUMP_S);
  }

  mute() {
    this.media.muted = !this.media.muted;
  }

  /** The next speed, or with -1 the one before. */
  changeRate(step = 1) {
    const now = RATES.indexOf(this.#rate);
    this.#setRate(RATES[(now + step + RATES.length) % RATES.length]);
    localStorage.setItem("rate", this.#rate);
  }

  /** Pass what is silent; returns how much faster that is. */
  hurry(isOn) {
    this.#hurries = isOn;
    this.#applyRate();
    return HURRY / this.#rate;
  }

  pictureInPicture() {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else this.media.requestPictureInPicture?.().catch(() => {});
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) this.root.requestFullscreen().catch(() => {});
    // Phones that fill the screen with nothing but a picture.
    else this.media.webkitEnterFullscreen?.();
  }

  #setRate(rate) {
    this.#rate = RATES.includes(rate) ? rate : 1;
    this.#applyRate();
  }

  #applyRate() {
    // The default too, or the next file would begin at another speed.
    this.media.defaultPlaybackRate = this.#rate;
    this.media.playbackRate = this.#hurries ? HURRY : this.#rate;
  }

  #tellTheTime() {
    const tick = () => this.#tick();
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) {
      this.media.addEventListener(name, tick);
    }
    const frame = () => {
      tick();
      if (!this.media.paused) requestAnimationFrame(frame);
    };
    this.media.addEventListener("play", frame);
  }

  #tick() {
    this.root.dispatchEvent(new CustomEvent("tick", { detail: this.time }));
  }
}
