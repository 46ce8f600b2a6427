// What an episode can be played with: the rules by which a stream or one of its files is chosen.
// `told` is the API's description of its media.
import { _ } from "./words.js";

/** Shorter clips are one file: hls.js is 115 KB, and they are over before it has adapted twice. */
const STREAMED_FROM_S = 60;
/** What plays by itself where nothing adapts: sharp enough to read code, and half of the bytes. */
const PLAIN_SIDE = 720;
const SAVING_SIDE = 480;
const HLS = "application/vnd.apple.mpegurl";

export const AUTO = "auto";
export const SOUND = "sound";

const probe = document.createElement("video");
const isSize = (choice) => choice !== AUTO && choice !== SOUND;
const isPlayable = (file) => probe.canPlayType(`${file.type}; codecs="${file.codecs}"`) !== "";
const files = (told, kind) => told.files.filter((file) => file.kind === kind && isPlayable(file));

/** The size of a file's picture, by its shorter side; 0 for sound. */
export function side(file) {
  return Math.min(file.width ?? 0, file.height ?? 0);
}

/** Whether people asked their system to save data. */
export function savesData() {
  return navigator.connection?.saveData === true;
}

/** The size that plays by itself at most, where one file is chosen. */
export function plainSide() {
  return savesData() ? SAVING_SIDE : PLAIN_SIDE;
}

/** The sizes of its picture by their shorter sides, largest first. */
export function sizes(told) {
  return [...new Set(files(told, "video").map(side))];
}

/** Whether its sound can be played without loading the picture. */
export function hasSoundAlone(told) {
  return sizes(told).length > 0 && files(told, "audio").length > 0;
}

/** How it is played: by hls.js ("stream"), by the browser's own HLS ("native"), or as a file. */
export function wayOf(told, choice) {
  const isWorthIt = told.hls && told.duration >= STREAMED_FROM_S && sizes(told).length > 1;
  if (!isWorthIt || choice === SOUND) return "file";
  if ("MediaSource" in window) return "stream";
  // The browser's own HLS can't be told which size to show.
  const mayAdapt = choice === AUTO && !savesData() && probe.canPlayType(HLS) !== "";
  return mayAdapt ? "native" : "file";
}

/** The file for a choice: the largest picture that is not larger than it, or the leanest sound. */
export function fileFor(told, choice) {
  const pictures = files(told, "video");
  const sounds = files(told, "audio");
  if (sounds.length > 0 && (choice === SOUND || pictures.length === 0)) return sounds.at(-1);
  const most = isSize(choice) ? Number(choice) : plainSide();
  return pictures.find((file) => side(file) <= most) ?? pictures.at(-1) ?? told.files[0];
}

/** What a choice of another day means here: the same, or the nearest that there is. */
export function nearest(told, choice) {
  if (!isSize(choice)) return choice;
  return sizes(told).length > 1 ? String(side(fileFor(told, choice))) : AUTO;
}

/** What people can choose, with the words for it; `shown` is the size that is on the screen. */
export function choices(told, shown) {
  const found = sizes(told);
  const auto = shown ? _("Auto (%(size)s)", { size: `${shown}p` }) : _("Auto");
  const list =
    found.length > 1
      ? [[AUTO, auto], ...found.map((size) => [String(size), `${size}p`])]
      : found.map((size) => [AUTO, `${size}p`]);
  return hasSoundAlone(told) ? [...list, [SOUND, _("Sound only")]] : list;
}
