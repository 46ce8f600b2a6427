// What is told of a file before a byte of it is sent: whatever the server would refuse in the end.
import { TOO_LARGE } from "./refusals.js";
import { roughly, sizeOf } from "./upload-words.js";
import { _ } from "./words.js";

export const EMPTY = _("This file is empty.");
const PICTURE = _("This is a picture. Please send a recording with sound or moving pictures.");
const NO_RECORDING = _("This is not an audio or video file that can be played here.");
const UNREADABLE = _("This file can't be read.");
const HEAD_BYTES = 32;
// A browser that does not say by then how long a file plays can't play it: the server will know.
const PATIENCE_MS = 3000;
// What a file is called does not matter; these beginnings are never those of a recording that is
// taken. Everything else is for the server to judge, which looks deeper.
const PICTURES =
  /^(\xff\xd8\xff|\x89PNG|GIF8|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp(hei[cxms]|hev[cx]|mif1|msf1|avi[fs]|crx ))/s;
const OTHERS =
  /^(PK\x03\x04|%PDF|FLV\x01|0&\xb2u|\0\0\x01\xba|\x7fELF|Rar!|7z\xbc\xaf|#EXTM3U|WEBVTT|\{\\rtf|<!doctype|<html|<\?xml|<svg|ffconcat)/is;

let looked = Promise.resolve();

/** Why a file can never become an episode, or null. `length` is null where nobody knows it. */
export async function examine(file, { longest, seconds }) {
  const known = { refusal: null, length: null };
  if (file.size === 0) return { ...known, refusal: EMPTY };
  if (file.size > longest) return { ...known, refusal: TOO_LARGE };
  const head = await beginning(file);
  if (head === null) return { ...known, refusal: UNREADABLE };
  if (PICTURES.test(head)) return { ...known, refusal: PICTURE };
  if (OTHERS.test(head)) return { ...known, refusal: NO_RECORDING };
  if (!seconds) return known;
  known.length = await lengthOf(file);
  if (known.length > seconds) {
    const [found, most] = [known.length, seconds].map(roughly);
    known.refusal = _(
      "This recording is %(found)s long; %(most)s is the most that is taken here.",
      { found, most },
    );
  }
  return known;
}

/** The bytes that one person has left, as far as this page knows. */
export class Room {
  constructor(bytes) {
    this.left = bytes;
  }

  /** Why there is no room for so many more bytes; null where there is, and they are counted. */
  take(bytes) {
    if (bytes > this.left) {
      const [left, taken] = [Math.max(0, this.left), bytes].map(sizeOf);
      return _(
        "You have %(left)s left, and this file takes %(taken)s. Discard an unfinished upload or " +
          "delete an episode first.",
        { left, taken },
      );
    }
    this.left -= bytes;
    return null;
  }

  give(bytes) {
    this.left += bytes;
  }
}

/** The first bytes, each as one character; null for what can't be read, such as a folder. */
async function beginning(file) {
  try {
    const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    return String.fromCharCode(...bytes);
  } catch {
    return null;
  }
}

/** Browsers play only so many files at a time: one is looked at after the other. */
function lengthOf(file) {
  looked = looked.then(() => measure(file));
  return looked;
}

async function measure(file) {
  const media = document.createElement("video");
  const address = URL.createObjectURL(file);
  const told = Promise.withResolvers();
  const timer = setTimeout(() => told.resolve(null), PATIENCE_MS);
  media.preload = "metadata";
  media.addEventListener("loadedmetadata", () => told.resolve(media.duration));
  media.addEventListener("error", () => told.resolve(null));
  media.src = address;
  const found = await told.promise;
  clearTimeout(timer);
  media.removeAttribute("src");
  media.load();
  URL.revokeObjectURL(address);
  return Number.isFinite(found) ? found : null;
}
