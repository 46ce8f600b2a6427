// Plays a playlist by hls.js, in its light build: no other sound tracks, no encryption. It works
// in this thread, because what it gets needs no conversion and the content policy stays strict.
import Hls from "hls.js/light";

const GONE = new Set([401, 403, 404, 410]);
const BEHIND_S = 60;

/** A stream on a media element, from a second on, in one size (by its shorter side) or any. */
export class Stream {
  #hls;
  #side;
  #hasRecovered = false;

  constructor(element, address, { start, side, most, onSize, onFail }) {
    const hls = new Hls({
      enableWorker: false,
      startPosition: start,
      backBufferLength: BEHIND_S,
      capLevelToPlayerSize: !most,
    });
    this.#hls = hls;
    this.#side = side;
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.#begin(most));
    hls.on(Hls.Events.LEVEL_SWITCHED, (_name, { level }) => onSize(sideOf(hls.levels[level])));
    hls.on(Hls.Events.ERROR, (_name, error) => this.#judge(error, onFail));
    hls.loadSource(address);
    hls.attachMedia(element);
  }

  /** Go on in another size, or with null in whatever the line carries. */
  show(side, isPlaying) {
    this.#side = side;
    // What plays goes on until the next piece; a still picture is replaced at once.
    if (isPlaying) this.#hls.nextLevel = this.#level(side);
    else this.#hls.currentLevel = this.#level(side);
  }

  close() {
    this.#hls.destroy();
  }

  #begin(most) {
    if (this.#side) this.#hls.startLevel = this.#hls.loadLevel = this.#level(this.#side);
    if (most) this.#hls.autoLevelCapping = this.#level(most);
  }

  /** The best level whose picture is not larger; -1 for all of them. */
  #level(side) {
    if (!side) return -1;
    const fitting = this.#hls.levels.findLastIndex((level) => sideOf(level) <= side);
    return Math.max(0, fitting);
  }

  #judge(error, onFail) {
    if (!error.fatal && !GONE.has(error.response?.code)) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !this.#hasRecovered) {
      this.#hasRecovered = true;
      this.#hls.recoverMediaError();
    } else {
      onFail();
    }
  }
}

function sideOf(level) {
  return Math.min(level.width, level.height);
}
