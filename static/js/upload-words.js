// Sizes, times and titles of files in words.
import { _, written } from "./words.js";

// Words that devices and programs put into names; of them alone no title is made.
const DEVICES = new Set(
  (
    "img vid mvi mov dsc dscn dscf dji gopr gx gh pxl sam cimg mah rec aud wa zoom gmt voice memo " +
    "audio video file clip recording record screen screencast screenrecord screenrecording capture " +
    "bildschirmaufnahme bildschirmvideo aufnahme aufzeichnung sprachmemo untitled unbenannt new neue " +
    "neu from at um vom am pm output export track movie film test copy kopie obs simplescreenrecorder"
  ).split(" "),
);

const LONGEST_NAME = 200;

/** A size in decimal units, as operating systems show it. */
export function sizeOf(bytes) {
  if (bytes < 1e6) return _("%(number)s kB", { number: written(Math.ceil(bytes / 1000)) });
  if (bytes < 1e9) return _("%(number)s MB", { number: written(bytes / 1e6, 1) });
  return _("%(number)s GB", { number: written(bytes / 1e9, 1) });
}

/** How long something takes: 40 s, 2 min, 1 h 5 min. */
export function roughly(seconds) {
  if (seconds < 60) return _("%(number)s s", { number: Math.max(1, Math.ceil(seconds)) });
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return _("%(minutes)s min", { minutes: rest });
  const long = { hours: written(hours), minutes: rest };
  return rest ? _("%(hours)s h %(minutes)s min", long) : _("%(hours)s h", long);
}

/** A title to begin with, from the name of a file; empty where that says nothing to anybody. */
export function titleOf(filename) {
  const name = plain(filename.replace(/\.[a-z0-9]{1,5}$/i, ""));
  const words = name
    .replace(/\s*\(\d+\)$/, "")
    .replace(/[_+]+/g, " ")
    // The dashes of a date stay.
    .replace(/(?<!\d)-+|-+(?!\d)/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (!words.split(/[\s.,-]+/).some(isTelling)) return "";
  return words.replace(/^[\p{Ll}]+(?=\s|$)/u, (first) => first[0].toUpperCase() + first.slice(1));
}

/** What the server calls a file of that name (see mediashare/uploads/policy.py). */
export function nameOnServer(filename) {
  const name = filename.normalize("NFC").replaceAll("\\", "/").split("/").pop();
  const visible = name.replace(/\p{C}/gu, "").replace(/\s+/g, " ").trim();
  return [...visible].slice(0, LONGEST_NAME).join("") || "recording";
}

function isTelling(word) {
  const letters = word.toLowerCase().replace(/[^\p{L}]/gu, "");
  // What mixes letters and many digits is a number that something has counted or drawn.
  const digits = word.replace(/\D/g, "").length;
  return letters.length > 1 && digits < 4 && !DEVICES.has(letters);
}

function plain(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
