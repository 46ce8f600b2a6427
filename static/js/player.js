// The player: our own chrome over a native media element, one deck for audio and video.
// Everything that moves in time listens to the event "tick" of the player's element.

const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
const JUMP_S = 10;

export class Player {
  constructor(root) {
    this.root = root;
    this.media = root.querySelector("video, audio");
    this.media.controls = false;
    this.media.playbackRate = Number(localStorage.getItem("rate")) || 1;
    this.#tellTheTime();
  }

  get duration() {
    const known = this.media.duration;
    return Number.isFinite(known) && known > 0 ? known : Number(this.root.dataset.duration);
  }

  get time() {
    return this.media.currentTime;
  }

  /** Go to a second; waits for the media where nothing of it is known yet. */
  seek(seconds) {
    const target = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.1));
    if (this.media.readyState > 0) {
      this.media.currentTime = target;
      this.#tick();
      return;
    }
    this.media.addEventListener("loadedmetadata", () => this.seek(seconds), { once: true });
    this.media.preload = "metadata";
  }

  play() {
    // A refusal (nobody has touched the page yet) leaves the player paused, as its button shows.
    this.media.play().catch(() => {});
  }

  toggle() {
    if (this.media.paused) this.play();
    else this.media.pause();
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
    const now = RATES.indexOf(this.media.playbackRate);
    this.media.playbackRate = RATES[(now + step + RATES.length) % RATES.length];
    localStorage.setItem("rate", this.media.playbackRate);
  }

  pictureInPicture() {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else this.media.requestPictureInPicture?.().catch(() => {});
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.().catch(() => {});
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
